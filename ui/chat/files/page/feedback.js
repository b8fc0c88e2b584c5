// What a reader says of an answer. It stands in a dialog beside the chat, which Gradio makes anew at any time, and is
// stored only as it was shown.
const feedbackWord = (name) => keepingWord(`feedback_${name}`);
const make = (tag, properties = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
};
const labelled = (input, text, className) => make("label", { className }, input, make("span", { textContent: text }));

// The citations of an answer as its markers name them.
const sourcesOf = (turn) => {
  const found = new Map();
  for (const chip of turn.querySelectorAll("a.marker")) {
    const marker = [...chip.classList].map((each) => /^source-\d+-(\d+)$/.exec(each)?.[1]).find(Boolean);
    if (marker && !found.has(marker)) found.set(marker, chip.getAttribute("aria-label") || chip.title || marker);
  }
  return found;
};

const openFeedback = (button) => {
  const number = Number(classAfter(button, "of-"));
  const sources = sourcesOf(button.closest(".turn"));
  const dialog = make("dialog", { className: "feedback-dialog", dir: document.documentElement.dir, lang: document.documentElement.lang });
  const title = make("h2", { id: "feedback-title", textContent: feedbackWord("title") });
  dialog.setAttribute("aria-labelledby", title.id);

  const verdicts = ["right", "wrong", "wrong_source", "missing"].filter((each) => each !== "wrong_source" || sources.size);
  const choices = make("fieldset", {}, make("legend", { className: "unseen", textContent: feedbackWord("title") }));
  for (const verdict of verdicts) {
    choices.append(labelled(make("input", { type: "radio", name: "verdict", value: verdict }), feedbackWord(verdict), "choice"));
  }
  const which = make("select", {});
  for (const [marker, named] of sources) which.append(make("option", { value: marker, textContent: named }));
  const asked = make("label", { className: "field", hidden: true }, make("span", { textContent: feedbackWord("which") }), which);
  const comment = make("textarea", { rows: 3, maxLength: 2000, dir: "auto" });
  const withQuestion = make("input", { type: "checkbox" });
  const withAnswer = make("input", { type: "checkbox", checked: true });
  const told = make("p", { className: "told" });
  told.setAttribute("role", "alert");
  const see = make("button", { type: "submit", className: "main", textContent: feedbackWord("preview") });
  const close = () => make("button", { type: "button", className: "close", textContent: feedbackWord("close") });
  const form = make(
    "form",
    { noValidate: true },
    choices,
    asked,
    make("label", { className: "field" }, make("span", { textContent: feedbackWord("comment") }), comment),
    labelled(withAnswer, feedbackWord("with_answer"), "choice"),
    labelled(withQuestion, feedbackWord("with_question"), "choice"),
    make("p", { className: "care", textContent: feedbackWord("care") }),
    make("div", { className: "buttons" }, see, close()),
  );
  const preview = make("section", { hidden: true, tabIndex: -1 });
  dialog.append(title, form, preview, told);

  const said = () => ({
    exchange: number,
    verdict: form.elements.verdict.value,
    comment: comment.value,
    with_question: withQuestion.checked,
    with_answer: withAnswer.checked,
    source: form.elements.verdict.value === "wrong_source" ? Number(which.value) : null,
  });
  const complain = (sentence) => { told.textContent = sentence; };
  const change = () => { preview.hidden = true; form.hidden = false; complain(""); see.focus(); };
  const show = (body, { line, fields }) => {
    const list = make("dl");
    for (const [name, value] of fields) list.append(make("dt", { textContent: name }), make("dd", { textContent: value, dir: "auto" }));
    const raw = make("details", {}, make("summary", { textContent: feedbackWord("raw") }), make("pre", { className: "line", textContent: line, dir: "ltr" }));
    const send = make("button", { type: "button", className: "main", textContent: feedbackWord("send") });
    const back = make("button", { type: "button", textContent: feedbackWord("change") });
    back.addEventListener("click", change);
    send.addEventListener("click", () => request("conversation/feedback", { ...body, line }, () => {
      const thanks = make("p", { className: "thanks", tabIndex: -1, textContent: feedbackWord("thanks") });
      preview.replaceChildren(thanks, make("div", { className: "buttons" }, close()));
      thanks.focus();
    }));
    preview.replaceChildren(
      make("p", { textContent: feedbackWord("exactly") }), list, raw, make("div", { className: "buttons" }, send, back, close()),
    );
    form.hidden = true;
    preview.hidden = false;
    preview.focus();
  };
  let busy = false;
  const request = async (address, body, then) => {
    if (busy) return;
    busy = true;
    complain("");
    try {
      const response = await post(address, body);
      if (response.ok) then(response.status === 204 ? null : await response.json());
      else {
        if (response.status === 409) change();
        complain(await whyNot(response, feedbackWord("failed")));
      }
    } catch {
      complain(feedbackWord("failed"));
    }
    busy = false;
  };
  form.addEventListener("change", () => { asked.hidden = form.elements.verdict.value !== "wrong_source"; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = said();
    if (!body.verdict) { complain(feedbackWord("choose")); find("input", choices).focus(); return; }
    request("conversation/feedback/preview", body, (shown) => show(body, shown));
  });
  dialog.addEventListener("click", (event) => { if (event.target.closest("button.close")) dialog.close(); });
  // The key closes the dialog and nothing around it.
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") event.stopPropagation(); });
  dialog.addEventListener("close", () => {
    dialog.remove();
    // The button itself may have been made anew meanwhile.
    find(`button.give-feedback.of-${number}`)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
};
onClick("button.give-feedback", (button) => { openFeedback(button); });
