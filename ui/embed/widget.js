// The assistant in a page of another site: a button, or a place in the page, with a frame that belongs to the assistant.
// This page and the frame never see each other's content: they say "hello", "ready", "focus" and "close".
// It is served without these comments and without indentation, with the words of words.toml.
(() => {
  "use strict";
  const WORDS = {};
  const CSS = `:host{all:initial;--c:#0d5c72;--p:#fff;--i:#1c2730;font:500 16px/1.4 system-ui,sans-serif;color:var(--i)}
:host([scheme=dark]){--p:#1a2128;--i:#e7ebee}
@media(prefers-color-scheme:dark){:host([scheme=auto]){--p:#1a2128;--i:#e7ebee}}
*{box-sizing:border-box}
button{font:inherit}
:focus-visible{outline:3px solid var(--c);outline-offset:2px;box-shadow:0 0 0 2px #fff}
.open,dialog{position:fixed;z-index:2147483000;inset:auto;bottom:calc(20px + var(--lift))}
.left{left:20px}.right{right:20px}
.open{max-width:calc(100vw - 40px);padding:11px 20px;border:2px solid #fff;border-radius:26px;background:var(--c);color:#fff}
dialog,section{flex-direction:column;margin:0;padding:0;overflow:hidden;border:1px solid #7d8a94;border-radius:14px;background:var(--p);color:var(--i)}
dialog[open],section{display:flex}
dialog{width:min(410px,100vw - 40px);max-width:none;height:min(690px,100vh - 110px);max-height:none;bottom:calc(82px + var(--lift));box-shadow:0 8px 40px #0006;animation:up .18s}
@keyframes up{from{opacity:0}}
header{display:flex;align-items:center;padding-inline:14px 2px;border-bottom:1px solid #7d8a94}
b{flex:1;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.close{width:44px;height:44px;border:0;background:none;color:inherit;font-size:24px}
.close:focus-visible{outline:3px solid;outline-offset:-4px;box-shadow:none}
iframe{flex:1;width:100%;min-height:0;border:0}
p{margin:0;padding:14px}
a{color:inherit}
dialog:modal{inset:0;width:100%;height:100%;border:0;border-radius:0}
@media(max-height:479.98px){.close{height:36px}}
@media(prefers-reduced-motion:reduce){*{animation:none!important}}
@media print{:host{display:none}}`;
  const wrong = [];
  const warn = () => wrong.length && console.warn(`PICUM assistant: ${wrong.join("; ")}.`);
  const script = document.currentScript;
  const given = script?.dataset ?? {};
  const pick = (name, pattern, words = pattern) => {
    const value = given[name]?.trim() ?? "";
    if (!value || RegExp(`^(${pattern})$`, "s").test(value)) return value;
    wrong.push(`data-${name} should be ${words}`);
    return "";
  };
  const embed = pick("embed", "[a-z0-9][a-z0-9-]{0,63}", "the name of an embed");
  if (!embed) {
    if (!wrong.length) wrong.push(script ? "data-embed is missing" : 'widget.js is no script of type="module"');
    return warn();
  }
  const inline = pick("mode", "button|inline") === "inline",
    lang = pick("lang", Object.keys(WORDS).join("|"));
  const theme = pick("theme", "light|dark|auto") || "auto",
    height = pick("height", "[2-9]\\d\\d|1\\d{3}", "pixels from 200 to 1999") || 640,
    title = pick("title", ".{1,80}", "at most 80 characters");
  const question = pick("question", ".{1,4000}", "at most 4000 characters");
  const wished = pick("side", "left|right");
  let color = pick("color", "#[0-9a-fA-F]{6}", "like #0d5c72");
  const light = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255).map((part) => (part < 0.04 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  if (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 1.05 / 4.5 - 0.05) {
    wrong.push("data-color is too light for white words");
    color = "";
  }

  const start = () => {
    const place = inline ? document.getElementById(given.target?.replace("#", "")) : document.body;
    if (!place) wrong.push("data-target should be the id of an element");
    warn();
    if (!place) return;
    const page = document.documentElement.lang.slice(0, 2);
    const spoken = [lang, page, navigator.language.slice(0, 2)].find((code) => WORDS[code]) ?? "en";
    const [open, closing, trouble] = WORDS[spoken];
    const rtl = spoken === "ar",
      side = wished || (rtl ? "left" : "right");
    const name = title || open,
      address = new URL(`embed/${embed}/`, script.src);
    const { searchParams, origin } = address;
    // Only a language that was chosen for the reader takes the menu of languages away.
    const options = { lang: lang || (WORDS[page] && page), menu: !lang && "on", title, question, color, theme, bar: !inline && "none", documents: given.documents };
    for (const key in options) if (options[key]) searchParams.set(key, options[key]);

    const make = (tag, attributes, ...inside) => {
      const element = document.createElement(tag);
      for (const key in attributes) element.setAttribute(key, attributes[key]);
      element.append(...inside);
      return element;
    };
    const host = make("picum-assistant", { scheme: theme, side: inline || side, lang: spoken, dir: rtl ? "rtl" : "ltr" });
    const shadow = host.attachShadow({ mode: "open" }),
      sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
    if (color) host.style.setProperty("--c", color);

    const said = make("p", { role: "alert", hidden: "" }, make("a", { href: address, target: "_blank", rel: "noreferrer" }, trouble));
    const panel = make(inline ? "section" : "dialog", { class: side, "aria-label": name }, said);
    let frame, ready, timer;
    const late = (after) => {
      clearTimeout(timer);
      timer = setTimeout(() => { said.hidden = false; }, after);
    };
    const tell = (word) => frame.contentWindow.postMessage({ picum: word }, origin);
    const load = () => {
      frame?.remove();
      said.hidden = true;
      frame = make("iframe", {
        src: address, title: name, allow: "clipboard-write", referrerpolicy: "origin",
        sandbox: "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads",
      });
      frame.onload = () => {
        tell("hello");
        if (!ready) late(3000);
      };
      late(15000);
      said.after(frame);
    };
    const enter = () => {
      frame.focus();
      tell("focus");
    };
    let button;
    const shut = () => {
      if (inline || !panel.open) return;
      panel.close();
      button.setAttribute("aria-expanded", false);
      button.focus();
    };
    addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
      const word = event.data?.picum;
      if (word === "close") shut();
      if (word !== "ready") return;
      ready = true;
      clearTimeout(timer);
      said.hidden = true;
      // Not where the reader has gone elsewhere meanwhile.
      if (panel.open && shadow.activeElement) enter();
    });
    shadow.append(panel);
    if (inline) {
      panel.style.height = `${height}px`;
      place.append(host);
      return load();
    }
    const close = make("button", { class: "close", "aria-label": closing }, "×");
    panel.prepend(make("header", {}, make("b", {}, name), close));
    button = make("button", { class: `open ${side}`, "aria-expanded": false, "aria-haspopup": "dialog" }, name);
    // Behind the panel: out of a frame at the very end of a page the keyboard finds no way back into the page.
    shadow.append(button);
    // Behind the frame, while nothing but the panel can be reached: the keyboard goes round in it.
    const end = make("span", { tabindex: 0 });
    const round = () => close.focus();
    end.onfocus = round;
    panel.append(end);
    close.onkeydown = ({ key, shiftKey }) => {
      if (key !== "Tab" || !shiftKey) return;
      // From there the browser itself goes to the last control of the frame.
      end.onfocus = null;
      end.focus();
      end.onfocus = round;
    };
    host.style.setProperty("--lift", `${document.querySelectorAll(`picum-assistant[side=${side}]`).length * 62}px`);
    const phone = matchMedia("(max-width:479.98px),(max-height:479.98px)");
    // On a phone it covers the page, so that nothing of the page may be reached behind it.
    const put = () => {
      panel.close();
      end.hidden = !phone.matches;
      panel[phone.matches ? "showModal" : "show"]();
    };
    button.onclick = () => {
      if (panel.open) return shut();
      put();
      button.setAttribute("aria-expanded", true);
      if (ready) return enter();
      load();
      close.focus();
    };
    close.onclick = shut;
    panel.oncancel = (event) => {
      event.preventDefault();
      shut();
    };
    // It returns nothing: a handler that returns false takes the key from the browser, and Tab would lead nowhere.
    panel.onkeydown = (event) => { if (event.key === "Escape") shut(); };
    phone.onchange = () => {
      const at = shadow.activeElement;
      if (panel.open) put();
      if (at === frame) enter();
      else at?.focus();
    };
    place.append(host);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
