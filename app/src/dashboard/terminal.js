// Commands for a terminal, to be copied.

import { announce, h } from "./dom.js";

/** A text as a shell takes it. */
export const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A command, and the button that copies it. */
export function command(id, text) {
  const code = h("code", { id, tabindex: "0" }, text);
  const copy = async () => {
    await navigator.clipboard.writeText(code.textContent);
    announce("Copied.");
    button.textContent = "Copied";
  };
  const button = h("button", { type: "button", class: "button", id: `${id}-copy`, onclick: copy }, "Copy");
  // Browsers have a clipboard only where the page came over TLS or from this machine.
  return h("div", { class: "command" }, code, navigator.clipboard && button);
}
