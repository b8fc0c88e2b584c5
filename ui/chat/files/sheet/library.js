// The library searches while somebody types. Without this script its form is sent as a whole.
const lookUp = find("#look-up");
if (lookUp) {
  const box = find("#words"), said = find("#looked-up"), all = find("#all");
  let latest = 0, timer = 0, shownFor = box.value.trim(), unanswered = false;
  const show = (section) => {
    find("#found").replaceWith(section);
    if (all) all.hidden = section.childElementCount > 0;
    // Said when it is there, and again only where it is another.
    said.textContent = find(".count", section)?.textContent ?? "";
  };
  const nothing = () => Object.assign(document.createElement("div"), { id: "found" });
  const search = async () => {
    const words = box.value.trim();
    if (words === shownFor) return;
    const own = ++latest;
    shownFor = words;
    unanswered = false;
    if (!words) { show(nothing()); return; }
    try {
      const body = new URLSearchParams(new FormData(lookUp));
      const answer = await fetch(lookUp.action.replace("?", "/found?"), { method: "POST", body });
      const html = await answer.text();
      // An answer to what somebody typed before is late.
      if (own !== latest) return;
      // Made by the server with every sign of a text escaped, like the page itself.
      const section = new DOMParser().parseFromString(html, "text/html").getElementById("found");
      if (section) show(document.adoptNode(section));
      unanswered = !section;
      if (!answer.ok) shownFor = null; // the same words may be searched for again
    } catch {
      unanswered = own === latest;
    }
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 150); });
  for (const choice of lookUp.querySelectorAll("select")) choice.addEventListener("change", () => lookUp.requestSubmit?.());
  lookUp.addEventListener("submit", (event) => {
    const button = event.submitter;
    // The form as a whole comes to a page that says why: to the login, to what the browser says of a lost connection.
    if (unanswered) return;
    if (!all || !box.value.trim() || button?.name || button?.closest(".filters")) return;
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}
