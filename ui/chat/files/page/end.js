let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  // Not on the next frame: a page in the background has none, and its answers must be announced too.
  setTimeout(() => { waiting = false; for (const look of whenChanged) look(); }, 30);
}).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["lang", "class"] });
keepLanguage();
