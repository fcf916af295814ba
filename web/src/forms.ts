const asked = new WeakSet<HTMLFormElement>();

/** Ask in a dialog before a form with `data-confirm` goes; without script the server's own page asks. */
function ask(form: HTMLFormElement, submitter: HTMLElement | null): void {
  const dialog = document.createElement("dialog");
  const question = document.createElement("p");
  question.id = "confirm-question";
  question.textContent = form.dataset.confirm ?? "";
  dialog.setAttribute("aria-labelledby", question.id);

  const yes = document.createElement("button");
  yes.className = submitter?.classList.contains("danger") ? "button danger" : "button";
  yes.textContent = form.dataset.yes ?? submitter?.textContent?.trim() ?? "OK";
  yes.addEventListener("click", () => {
    dialog.close();
    asked.add(form);
    form.requestSubmit(submitter);
  });
  const no = document.createElement("button");
  no.className = "button second";
  no.textContent = form.dataset.no ?? "×";
  no.addEventListener("click", () => dialog.close());

  const actions = document.createElement("p");
  actions.className = "actions";
  actions.append(yes, no);
  dialog.append(question, actions);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  no.focus(); // the harmless answer comes first to hand
}

export function watchForms(): void {
  // In the capture phase, so that the question comes before anything else that listens for the submit.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (form.dataset.confirm === undefined || asked.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, event.submitter);
    },
    true,
  );

  // An address says only what was filled in: /actions?kind=study, not /actions?q=&kind=study&pillar=
  document.addEventListener("formdata", (event) => {
    if ((event.target as HTMLFormElement).method !== "get") return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form?.matches("[data-auto]:not([hx-get])")) form.requestSubmit();
  });
}
