// Questions that are asked again, in another way or changed; questions that are offered behind an answer.
const numberIn = (button, what) => [...button.classList].find((each) => each.startsWith(`${what}-`))?.slice(what.length + 1).replace("-", " ");
const again = (what) => onClick(`button.${what}`, (button) => { act(what, numberIn(button, what)); return true; });
again("retry");
again("shorter");
again("quotes");
onClick("button.further", (button) => { act("offered", numberIn(button, "further")); return true; });

onClick("button.edit", (button) => {
  const box = find("#question textarea");
  const question = find(".question-text", button.parentElement)?.textContent ?? "";
  const typed = box.value.trim();
  // What was typed already stays, behind the question.
  box.value = typed && typed !== question ? `${question}\n${box.value}` : question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(question.length, question.length);
  return true;
});

// Looked for once behind each answer, when that is all there.
let lookedFor = "";
const lookFurther = () => {
  const turn = latestTurn();
  if (!turn || !find("button.shorter, button.quotes", turn)) return;
  const which = `${conversation()} ${name(turn)}`;
  if (which === lookedFor || !conversation()) return;
  lookedFor = which;
  act("further", name(turn).slice("turn-".length));
};
whenChanged.push(lookFurther);
