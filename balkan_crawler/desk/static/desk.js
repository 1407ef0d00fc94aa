// The desk without this file shows the same; with it a range can be dragged on a plot.
"use strict";

for (const plot of document.querySelectorAll("[data-timeline]")) {
  const form = document.getElementById(plot.dataset.timeline);
  const bars = [...plot.querySelectorAll("rect[data-since]")];
  if (!form || bars.length === 0) continue;
  let from = null;
  let selection = null;
  const barAt = (event) => {
    const box = plot.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, place));
  };
  const show = (to) => {
    const slot = 1000 / bars.length;
    selection.setAttribute("x", Math.min(from, to) * slot);
    selection.setAttribute("width", (Math.abs(to - from) + 1) * slot);
  };
  const stop = () => {
    if (selection) selection.remove();
    plot.removeAttribute("data-dragging");
    from = selection = null;
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    from = barAt(event);
    selection = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    selection.setAttribute("class", "selection");
    selection.setAttribute("y", 0);
    selection.setAttribute("height", 102);
    plot.append(selection);
    plot.setAttribute("data-dragging", "");
    plot.setPointerCapture(event.pointerId);
    show(from);
  });
  plot.addEventListener("pointermove", (event) => {
    if (from !== null) show(barAt(event));
  });
  plot.addEventListener("pointercancel", stop);
  plot.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const to = barAt(event);
    const [first, last] = from < to ? [from, to] : [to, from];
    form.elements.since.value = bars[first].dataset.since;
    form.elements.until.value = bars[last].dataset.until;
    stop();
    form.requestSubmit();
  });
}
