// How a chart is pointed at: by mouse, finger and keyboard.

/** Moves with the pointer; what is dragged over is zoomed into. */
export function onPointer(drawn, { anchor, point, zoom }) {
  const index = (event) => drawn.at(event.clientX - drawn.element.getBoundingClientRect().left);
  drawn.element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    // The chart keeps the focus that it had: losing it would forget the selection.
    event.preventDefault();
    drawn.element.setPointerCapture?.(event.pointerId);
    point(index(event), index(event));
  });
  drawn.element.addEventListener("pointermove", (event) =>
    // A selection ends where the button was let go, also outside.
    point(index(event), event.buttons ? anchor() : null));
  drawn.element.addEventListener("pointerup", (event) => {
    const [from, to] = [anchor(), index(event)];
    point(to);
    if (from !== null && from !== to) zoom(Math.min(from, to), Math.max(from, to));
  });
  drawn.element.addEventListener("pointercancel", () => point(null));
  drawn.element.addEventListener("pointerleave", () => { if (anchor() === null) point(null); });
}

/** The keys: arrows read, with Shift they select, Enter zooms into what is selected, minus goes back out. */
export const onKeys = (pointing) => (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { at, anchor, last, point, zoom } = pointing;
  const from = at() ?? last();
  const goal = {
    ArrowLeft: at() === null ? last() : from - 1, ArrowRight: from + 1, PageUp: from - 10, PageDown: from + 10,
    Home: 0, End: last(),
  }[event.key];
  if (goal !== undefined) point(Math.min(last(), Math.max(0, goal)), event.shiftKey ? (anchor() ?? from) : null);
  else if (event.key === "Escape") point(null);
  else if (event.key === "-") zoom(null);
  else if (event.key === "Enter" && anchor() !== null && anchor() !== at()) zoom(Math.min(anchor(), from), Math.max(anchor(), from));
  else return;
  event.preventDefault();
};
