const latestTurn = () => [...document.querySelectorAll("#chat .turn")].at(-1) ?? null;

// The chat of Gradio is one live region, in which a growing answer would be read again and again, and it labels each
// message with its source text.
const repairChat = () => {
  const log = find("#chat [role=log]");
  setAttribute(log, "aria-live", "off");
  setAttribute(log, "aria-label", word("conversation"));
  // It scrolls; an empty one is no stop on the way of the keyboard.
  if (latestTurn()) setAttribute(log, "tabindex", "0");
  else log?.removeAttribute("tabindex");
  for (const message of document.querySelectorAll("#chat [aria-label][data-testid]")) message.removeAttribute("aria-label");
  for (const chip of document.querySelectorAll("#chat a.marker[title]")) setAttribute(chip, "aria-label", chip.title);
};

// The text of an element as one reads it aloud: a block does not run into the next, and what is hidden is not said.
const BLOCKS = "p, li, h2, h3, blockquote, caption, tr, th, td, br, div";
const read = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  // What a sign in a sentence means is said by the line below the answer.
  if (!(node instanceof Element) || node.hidden || node.matches(".doubt")) return "";
  const said = [...node.childNodes].map(read).join("");
  return node.matches(BLOCKS) ? ` ${said} ` : said;
};
const spoken = (element) => read(element).replace(/\s+/g, " ").trim();

const name = (turn) => (turn ? [...turn.classList].find((each) => each.startsWith("turn-")) : null);
let begun = null, ended = null, led = false;
for (const move of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  document.addEventListener(move, () => { led = false; }, { passive: true });
}
const followChat = () => {
  const turn = latestTurn();
  if (!turn) { begun = ended = null; return; }
  if (name(turn) !== begun) {
    begun = name(turn);
    ended = null;
    led = true;
    // The button that was pressed may be gone.
    if (document.activeElement === document.body) find("#question textarea")?.focus({ preventScroll: true });
  }
  // The question goes to the top as its answer makes room below, unless the reader goes elsewhere.
  if (led && ended === null) [...document.querySelectorAll("#chat .asked")].at(-1)?.scrollIntoView({ block: "start" });
  if (turn.classList.contains("is-over") && ended !== name(turn)) {
    ended = name(turn);
    const said = [...turn.querySelectorAll(".said, .differ, .note, .ways-on, .trouble")].map(spoken).join(" ");
    announce(`${word("answered")}: ${said}`);
    if (document.activeElement === document.body) find("#question textarea")?.focus({ preventScroll: true });
  }
};
let noted = "";
const followNote = () => {
  const note = find("#note .line")?.textContent ?? "";
  if (note !== noted && note) announce(note);
  noted = note;
};
whenChanged.push(repairChat);
