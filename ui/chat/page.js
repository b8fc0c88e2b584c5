// The page works without this file; with it, citations lead to the cards beside the chat, answers are announced once,
// and they can be copied. Nothing here makes HTML: texts go in as text.
(() => {
  "use strict";
  const find = (selector, within = document) => within.querySelector(selector);
  const word = (name) => find(`#head .word-${name}`)?.textContent ?? "";
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  const announcer = document.createElement("div");
  announcer.className = "unseen";
  announcer.id = "announcer";
  announcer.setAttribute("role", "status");
  document.body.append(announcer);
  const announce = (text) => { announcer.textContent = text; };

  // Gradio gives the page the language of the browser; its words are in the language that the server chose.
  let opened = null;
  const keepLanguage = () => {
    const head = find("#head .head");
    if (!head) return;
    const root = document.documentElement;
    if (root.lang !== head.lang) root.lang = head.lang;
    if (root.dir !== head.dir) root.dir = head.dir;
    const asked = new URL(location.href).searchParams.get("lang");
    if (opened !== null && opened !== head.lang && asked !== head.lang) {
      const url = new URL(location.href);
      url.searchParams.set("lang", head.lang);
      history.replaceState(history.state, "", url);
    }
    opened = head.lang;
  };

  const setAttribute = (element, name, value) => {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };

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
      const said = [...turn.querySelectorAll(".said, .note, .trouble")].map((part) => part.textContent).join(" ");
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

  // With every sentence Gradio makes the chat and the cards anew. What a reader has focused, followed or opened there is
  // found again: by what it is and where it leads, and by its number among those that are the same in this.
  const same = (element) => [element.localName, element.id, element.getAttribute("href")].join(" ");
  const alike = (within, element) => [...document.querySelectorAll(`${within} ${element.localName}`)].filter((each) => same(each) === same(element));
  const place = (element) => {
    const within = ["#chat", "#sources"].find((each) => element.closest(each));
    return within ? { element, within, nth: alike(within, element).indexOf(element) } : null;
  };
  const findAgain = (lost) => {
    if (!lost.element.isConnected) lost.element = alike(lost.within, lost.element)[lost.nth] ?? lost.element;
    return lost.element;
  };
  let focused = null, marked = [];
  const unfolded = new Set();
  document.addEventListener("focusin", (event) => { focused = place(event.target); });
  document.addEventListener("focusout", () => setTimeout(() => {
    // Left by the reader, not taken away.
    if (focused?.element.isConnected && document.activeElement === document.body) focused = null;
  }));
  document.addEventListener("toggle", ({ target }) => {
    const card = find(".card", target);
    if (card) unfolded[target.open ? "add" : "delete"](card.id);
  }, true);
  const keepPlace = () => {
    if (!latestTurn()) { focused = null; marked = []; unfolded.clear(); }
    for (const id of unfolded) document.getElementById(id)?.closest("details")?.setAttribute("open", "");
    // Only where it is missing: each change is looked at again.
    for (const each of marked.map(findAgain)) if (!each.classList.contains("is-followed")) each.classList.add("is-followed");
    if (focused && !focused.element.isConnected && document.activeElement === document.body) findAgain(focused).focus({ preventScroll: true });
  };

  const mark = (...elements) => {
    for (const element of document.querySelectorAll(".is-followed")) element.classList.remove("is-followed");
    marked = elements.map(place);
    for (const element of elements) element.classList.add("is-followed");
  };
  const goTo = (element) => {
    element.closest("details")?.setAttribute("open", "");
    // Of what is higher than half the window the beginning counts: it says which source this is.
    const block = element.offsetHeight > innerHeight / 2 ? "start" : "center";
    element.scrollIntoView({ block, behavior: calm() ? "auto" : "smooth" });
    element.focus({ preventScroll: true });
  };
  const follow = (chip) => {
    const to = [...chip.classList].find((each) => each.startsWith("source-"));
    const card = to && document.getElementById(to);
    if (!card) return false;
    mark(chip, card);
    goTo(card);
    return true;
  };
  const goBack = (id) => {
    const led = marked.map(findAgain).find((each) => each.isConnected && each.matches(`a.marker.${id.replace("cite-", "source-")}`));
    const chip = led ?? document.getElementById(id);
    if (chip) { mark(chip); goTo(chip); }
  };

  const copy = async (button) => {
    const text = find(".copy-text", button.parentElement)?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Only pages over https or on this machine have a clipboard of their own.
      const box = document.createElement("textarea");
      box.value = text;
      box.className = "unseen";
      document.body.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      button.focus();
      if (!done) return;
    }
    button.classList.add("is-copied");
    announce(word("copied"));
    setTimeout(() => button.classList.remove("is-copied"), 2500);
  };

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const chip = event.target.closest("a.marker");
    const back = event.target.closest("a.back");
    const button = event.target.closest("button.copy");
    if (chip && follow(chip)) event.preventDefault();
    if (back) { event.preventDefault(); goBack(new URL(back.href).hash.slice(1)); }
    if (button) copy(button);
    // Gradio opens links in windows of their own; whoever logs out leaves this one.
    const leave = event.target.closest("a.leave");
    if (leave) { event.preventDefault(); location.assign(leave.href); }
  });
  document.addEventListener("keydown", (event) => {
    const card = event.key === "Escape" && event.target instanceof Element && event.target.closest(".card[id]");
    if (card) goBack(card.id.replace("source-", "cite-"));
  });

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    // Not on the next frame: a page in the background has none, and its answers must be announced too.
    setTimeout(() => { waiting = false; keepLanguage(); repairChat(); keepPlace(); followChat(); followNote(); }, 30);
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["lang", "class"] });
  keepLanguage();
})();
