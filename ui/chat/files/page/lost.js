// What readers are told of the connection, and looking whether the server is back.
const connection = (() => {
  const LOOK_MS = 3000, PATIENCE_MS = 2500;
  const line = document.createElement("p");
  line.id = "connection";
  line.hidden = true;
  let told = [], lost = false, leaving = false;
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });
  const tellAgain = () => {
    if (!line.isConnected) find("#ask")?.prepend(line);
    const text = told.map(word).join(" ");
    if (line.firstChild?.data === text || (!text && !line.firstChild)) return;
    line.hidden = !text;
    line.lang = document.documentElement.lang;
    line.dir = document.documentElement.dir;
    line.replaceChildren(text);
    if (!told.some((each) => each === "shut" || each === "renewed")) return;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = word("load_again");
    again.addEventListener("click", () => location.reload());
    line.append(" ", again);
  };
  // One or several texts by their names; "" for nothing any more.
  const tell = (...names) => {
    told = names.filter(Boolean);
    tellAgain();
    if (told.length) announce(told.map(word).join(" "));
  };

  const failed = (answer) => {
    if (leaving) return;
    breakOff();
    const status = answer?.status ?? 0;
    if (status === 429) tell("busy");
    else if (status >= 400 && status < 500 && status !== 413) tell("shut");
    else if (status === 413 || answer?.ok) tell("mistake");
    else lose(answer);
  };
  const lose = (answer) => {
    // Without an answer it may have been one request that was lost, not the server.
    if (lost || answer) tell("lost");
    if (!lost) look(!answer);
    lost = true;
  };
  const reached = async (path) => {
    const answer = await fetch(new URL(path, document.baseURI), { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: answer.status, content: await answer.json().catch(() => ({})) };
  };
  const look = async (first) => {
    const { status, content } = await reached("readyz").catch(() => ({ status: 500, content: {} }));
    // One that gets ready takes questions, and one that refuses says so to the next.
    if (status >= 500 && !["getting_ready", "failed"].includes(content.status)) {
      if (first) tell("lost");
      setTimeout(look, LOOK_MS);
      return;
    }
    lost = false;
    if (await isTheSame()) tell(first ? "mistake" : "back_again");
    else if (await isRenewed()) tell("renewed");
    else tell("back_again", latestTurn() ? "forgotten" : "");
  };
  const isTheSame = async () => {
    const { content } = await reached("gradio_api/app_id").catch(() => ({ content: {} }));
    return content.app_id === undefined || String(content.app_id) === String(window.gradio_config.app_id);
  };
  // Another version of the page would not understand what this one asks for.
  const plan = ({ version, dependencies }) => JSON.stringify([version, dependencies.map((each) => [each.id, each.targets.map(([, event]) => event), each.inputs.length, each.outputs.length])]);
  const isRenewed = async () => {
    const { content } = await reached("config").catch(() => ({ content: {} }));
    return content.dependencies !== undefined && plan(content) !== plan(window.gradio_config);
  };
  addEventListener("offline", () => reached("readyz").catch(() => lose(null)));

  // An answer that will not go on says so in its place, and its question can be asked again.
  const breakOff = () => {
    const turn = latestTurn();
    const state = turn?.classList.contains("is-running") && find(".state", turn);
    if (!state) return;
    state.className = "trouble calm";
    state.textContent = word("broke_off");
    turn.append(state);
    const box = find("#question textarea"), asked = [...document.querySelectorAll("#chat .asked h2")].at(-1);
    if (!box || box.value.trim() || !asked) return;
    box.value = [...asked.childNodes].filter((node) => !(node instanceof Element && node.matches(".unseen"))).map((node) => (node.nodeName === "BR" ? "\n" : node.textContent)).join("");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // A server that was started again, or has forgotten, begins a new conversation with the next question. What was said
  // before stays on the screen, above a line that says so.
  let remembered = null;
  const rememberTurns = () => {
    const said = [...document.querySelectorAll("#chat :is(.asked, .turn)")].filter((each) => !each.closest(".kept"));
    remembered = conversation() && said.length ? { name: conversation(), turns: said.map((each) => each.cloneNode(true)) } : null;
  };
  const keepTurns = () => {
    const now = conversation(), log = find("#chat [role=log]");
    if (!now && !latestTurn()) { find("#chat .kept")?.remove(); remembered = null; return; }
    if (!remembered || !now || now === remembered.name || !log) return;
    const kept = find("#chat .kept") ?? document.createElement("div");
    kept.className = "kept";
    find(".kept-line", kept)?.remove();
    for (const turn of remembered.turns) {
      for (const gone of turn.querySelectorAll(".tools, .further, .doubt, .copy-text")) gone.remove();
      turn.className = turn.matches(".turn") ? "was-turn" : "asked was-asked";
      for (const each of turn.querySelectorAll("[id]")) each.removeAttribute("id");
      // Their cards are gone: chips lead to the documents themselves.
      for (const chip of turn.querySelectorAll("a.marker")) chip.className = "marker";
      kept.append(turn);
    }
    const text = document.createElement("p");
    text.className = "kept-line";
    text.textContent = word("kept");
    kept.append(text);
    log.prepend(kept);
    remembered = null;
    [...document.querySelectorAll("#chat .asked")].at(-1)?.scrollIntoView({ block: "start" });
  };
  const keepKeptLanguage = () => { const text = find("#chat .kept-line"); if (text && text.textContent !== word("kept")) text.textContent = word("kept"); };
  whenChanged.push(keepTurns, keepKeptLanguage, tellAgain);
  if (performance.getEntriesByType("navigation")[0]?.type === "reload") told = ["loaded_again"];
  return { tell, failed, breakOff, rememberTurns };
})();
