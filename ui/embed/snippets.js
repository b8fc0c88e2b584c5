// Copies what stands beside a button; without this file it can be selected.
(() => {
  "use strict";
  const said = document.getElementById("said");
  document.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element && target.closest("[data-copies]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      // Only pages over https or on this machine have a clipboard of their own.
      getSelection().selectAllChildren(text);
      if (!document.execCommand("copy")) return;
      getSelection().removeAllRanges();
    }
    button.textContent = "Copied";
    said.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2500);
  });
})();
