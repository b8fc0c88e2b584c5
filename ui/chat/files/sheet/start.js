// The parts of this folder make the script of all pages but the one with the chat. Those work without it.
const find = (selector, within = document) => within.querySelector(selector);
