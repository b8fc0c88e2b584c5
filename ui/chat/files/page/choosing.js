// Which documents answers come from. The fields are made by the server when they are unfolded for the first time; what
// is ticked in them goes back as one line, through a box that nobody sees.
const MOST_SHOWN = 20;
let unfoldedChoice = false, fieldsIn = "", chosenLine = "", timesAsked = 0;
const fields = () => find("#choices .choices");
const sendChoice = (line) => {
  const box = find("#choice textarea, #choice input");
  if (box.value === line) return;
  box.value = line;
  box.dispatchEvent(new Event("input", { bubbles: true }));
};
const choiceOf = () => {
  const line = new URLSearchParams();
  for (const field of fields()?.querySelectorAll("[name]") ?? []) {
    if (field.type === "checkbox" ? field.checked : field.value) line.append(field.name, field.value);
  }
  return line.toString();
};
const askForFields = () => {
  fieldsIn = document.documentElement.lang;
  // Another line each time: the last one may have been lost on its way.
  sendChoice([`fields=1&time=${++timesAsked}&language=${fieldsIn}`, fields() ? choiceOf() : ""].filter(Boolean).join("&"));
};
const unfoldChoice = (open) => {
  unfoldedChoice = open;
  if (open && (!fields() || fieldsIn !== document.documentElement.lang)) askForFields();
  showChoice();
};
let askedWith = null;
const showChoice = () => {
  // Whoever has asked wants to read.
  if (name(latestTurn()) !== askedWith) {
    askedWith = name(latestTurn());
    unfoldedChoice = false;
  }
  setAttribute(find("#choose .choose"), "aria-expanded", String(unfoldedChoice));
  setAttribute(find("#choose .choose"), "aria-controls", "choices");
  document.documentElement.classList.toggle("is-choosing", unfoldedChoice);
  // The words of what is there change with the language of the page.
  if (fieldsIn && fieldsIn !== document.documentElement.lang) askForFields();
  const line = find("#chosen .within p")?.textContent ?? "";
  if (line !== chosenLine && line) announce(line);
  chosenLine = line;
};
onClick("button.choose", () => { unfoldChoice(!unfoldedChoice); });
onClick("button.chosen", () => { unfoldChoice(false); find("#choose .choose")?.focus(); });
onClick("button.all-documents", () => {
  for (const field of fields()?.querySelectorAll("[name]") ?? []) {
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
  }
  sendChoice("");
  find("#choose .choose")?.focus();
});
document.addEventListener("change", ({ target }) => { if (target.closest?.("#choices [name]")) sendChoice(choiceOf()); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest?.("#choices")) return;
  event.preventDefault();
  unfoldChoice(false);
  find("#choose .choose")?.focus();
});
// A long list shows what was ticked and the first that are called so.
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("#choices .find-document")) return;
  const words = target.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of fields().querySelectorAll(".which li")) {
    const said = item.textContent.toLocaleLowerCase();
    const fits = words.every((each) => said.includes(each)) && shown < MOST_SHOWN;
    shown += fits;
    item.hidden = !fits && !find("input", item).checked;
  }
});
whenChanged.push(showChoice);
