const CHOICES = ["auto", "light", "dark"] as const;
type Choice = (typeof CHOICES)[number];

const KEY = "benelux-theme";
const SHAPES: Record<Choice, string> = {
  auto: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 2v14a7 7 0 0 1 0-14Z",
  light: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11 1h2v3h-2zm0 19h2v3h-2zM1 11h3v2H1zm19 0h3v2h-3zM3.5 4.9l1.4-1.4L7 5.6 5.6 7zm13.5 13.5 1.4-1.4 2.1 2.1-1.4 1.4zm0-12.8 2.1-2.1 1.4 1.4L18.4 7zM3.5 19.1l2.1-2.1L7 18.4l-2.1 2.1z",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
};

/** A drawing of one path, on a field of 24 by 24. */
function icon(shape: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("fill", "currentColor");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}

/**
 * Put a button in every `[data-theme-control]` that walks through automatic, light and dark.
 * The words come from the element: data-label, data-auto, data-light, data-dark.
 */
export function addThemeButtons(stored: (key: string) => string | null, store: (key: string, value: string) => void): void {
  const root = document.documentElement;
  const places = document.querySelectorAll<HTMLElement>("[data-theme-control]");
  let choice = CHOICES.find((known) => known === stored(KEY)) ?? "auto";

  const buttons = [...places].map((place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet icon";
    button.addEventListener("click", () => {
      choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? "auto";
      store(KEY, choice);
      show();
    });
    place.replaceChildren(button);
    return { button, words: place.dataset };
  });

  function show(): void {
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    for (const { button, words } of buttons) {
      const label = `${words.label ?? ""}: ${words[choice] ?? choice}`;
      button.setAttribute("aria-label", label);
      button.title = label;
      button.replaceChildren(icon(SHAPES[choice]));
    }
  }
  show();
}
