// The reader's choice of colours, set before the first paint so that the page does not flash.
try {
  const choice = localStorage.getItem("benelux-theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // storage is switched off: the system's own choice stands
}
