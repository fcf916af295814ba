// htmx, loaded only on pages that ask for it; its answers are the same pages that a browser without script gets.
import htmx, { type HtmxConfig } from "htmx.org";

const wanted: Partial<HtmxConfig> = {
  mode: "same-origin",
  history: "reload", // going back loads the page anew: never an old answer from memory
  includeIndicatorCSS: false,
};
Object.assign(htmx.config, wanted);

const spoken = document.createElement("p");
spoken.className = "hidden";
spoken.setAttribute("role", "status");
document.body.append(spoken);

document.addEventListener("htmx:after:swap", () => {
  spoken.textContent = document.querySelector("[data-count]")?.textContent?.trim() ?? "";
});
