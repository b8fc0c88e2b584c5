// The parts of this folder make one script. Nothing in them makes HTML: texts go in as text.

const find = (selector, within = document) => within.querySelector(selector);
const word = (name) => find(`#head .word-${name}`)?.textContent ?? "";
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const announcer = document.createElement("div");
announcer.className = "unseen";
announcer.id = "announcer";
announcer.setAttribute("role", "status");
document.body.append(announcer);
// Read to those who listen.
const announce = (text) => { announcer.textContent = text; };

const setAttribute = (element, name, value) => {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
};

// Each is called soon after the page changed.
const whenChanged = [];

// Clicks with no key held, by the selector of what was clicked. One that takes the click returns true.
const clicks = [];
const onClick = (selector, taken) => clicks.push([selector, taken]);
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  for (const [selector, taken] of clicks) {
    const element = event.target.closest(selector);
    if (element && taken(element)) event.preventDefault();
  }
});

// What a reader wants of the server beyond a question goes through a box that nobody sees, as one line: a number that
// makes it another line than the last, what is wanted, and about what.
let wishes = 0;
const act = (...wish) => {
  const box = find("#action textarea, #action input");
  box.value = [++wishes, ...wish].join(" ");
  box.dispatchEvent(new Event("input", { bubbles: true }));
};
// The name of the conversation, which only this page knows; "" before the first question.
const conversation = () => find("#conversation textarea, #conversation input")?.value ?? "";
