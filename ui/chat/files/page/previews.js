// What a number stands for, beside it: for a mouse that rests on it and for the focus of a keyboard. It can be pointed
// at, stays as long as either is there, and goes with Escape. A finger goes to the card at once.
const preview = document.createElement("div");
preview.id = "preview";
preview.setAttribute("role", "tooltip");
preview.hidden = true;

const REST = 150, GRACE = 300;
let shownFor = null, dismissed = null, silent = false, pending = 0;
const later = (what, wait) => { clearTimeout(pending); pending = setTimeout(what, wait); };
const withoutPreview = (what) => { silent = true; try { what(); } finally { silent = false; } };

const putBeside = (chip) => {
  const box = chip.getBoundingClientRect(), gap = 6, edge = 8;
  const { offsetWidth: width, offsetHeight: height } = preview;
  const below = box.bottom + gap, above = box.top - gap - height;
  const left = Math.min(Math.max(box.left + box.width / 2 - width / 2, edge), Math.max(innerWidth - width - edge, edge));
  preview.style.left = `${left}px`;
  preview.style.top = `${below + height > innerHeight - edge && above > edge ? above : below}px`;
};
const hidePreview = () => {
  clearTimeout(pending);
  if (shownFor) findAgain(shownFor).removeAttribute("aria-describedby");
  shownFor = null;
  preview.hidden = true;
};
const showPreview = (chip) => {
  clearTimeout(pending);
  const card = cardOf(chip);
  if (!card || dismissed === chip || (shownFor && findAgain(shownFor) === chip)) return;
  hidePreview();
  const title = document.createElement("p");
  title.className = "title";
  title.append(find(".title", card).cloneNode(true));
  preview.replaceChildren(title, ...[".meta", ".over", "blockquote"].map((part) => find(part, card)?.cloneNode(true)).filter(Boolean));
  preview.lang = card.closest("[lang]").lang;
  preview.dir = card.closest("[dir]").dir;
  preview.classList.toggle("of-third-party", card.classList.contains("of-third-party"));
  // In the landmark of the page, which is made after this script began.
  find("main").append(preview);
  preview.hidden = false;
  shownFor = place(chip);
  chip.setAttribute("aria-describedby", preview.id);
  putBeside(chip);
};
// The keyboard keeps what the mouse leaves.
const leaveOff = () => {
  const chip = document.activeElement?.matches("#chat a.marker:focus-visible") ? document.activeElement : null;
  if (chip) showPreview(chip);
  else hidePreview();
};

document.addEventListener("pointerover", ({ target, pointerType }) => {
  if (pointerType === "touch" || !(target instanceof Element)) return;
  const chip = target.closest("#chat a.marker");
  if (dismissed && dismissed !== chip && dismissed !== document.activeElement) dismissed = null;
  if (chip) later(() => { if (chip.isConnected) showPreview(chip); }, REST);
  else if (target.closest("#preview")) clearTimeout(pending);
  else if (shownFor) later(leaveOff, GRACE);
  else clearTimeout(pending);
});
document.documentElement.addEventListener("pointerleave", () => { if (shownFor) later(leaveOff, GRACE); });
document.addEventListener("focusin", ({ target }) => {
  if (target !== dismissed) dismissed = null;
  if (!silent && target.matches("#chat a.marker:focus-visible")) showPreview(target);
});
document.addEventListener("focusout", ({ target }) => {
  if (shownFor && findAgain(shownFor) === target && !preview.matches(":hover")) hidePreview();
});
document.addEventListener("click", hidePreview);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shownFor) return;
  dismissed = findAgain(shownFor);
  hidePreview();
  // This Escape is used up: it neither leaves a card nor closes the window that the page stands in.
  event.preventDefault();
  event.stopPropagation();
}, true);
const followChip = () => { if (shownFor) putBeside(findAgain(shownFor)); };
addEventListener("scroll", followChip, { capture: true, passive: true });
addEventListener("resize", followChip);
whenChanged.push(() => {
  // The browser's own small label would lie over the preview; the name of the link says the same.
  for (const chip of document.querySelectorAll("#chat a.marker[title][aria-label]")) chip.removeAttribute("title");
  if (!shownFor) return;
  const chip = findAgain(shownFor);
  if (!chip.isConnected) { hidePreview(); return; }
  setAttribute(chip, "aria-describedby", preview.id);
  putBeside(chip);
});
