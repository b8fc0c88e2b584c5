// Whether a text could be copied; the button that was pressed keeps the focus.
const toClipboard = async (text, button) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
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
    return done;
  }
};
