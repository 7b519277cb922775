// Controls a thumb can miss (WCAG 2.2, 2.5.8): smaller than 24 by 24 pixels and with another within 12 of their middle.
// Links within a sentence, a player's own controls and blocks of a timeline, whose width is their length, are left out.
() => {
  const least = 24;
  const kinds = "button, a[href], input, textarea, select, summary, [role=tab], [role=radio], [role=switch], [role=slider]";
  const whole = (e) => e.closest("label, [data-baseweb=select], [role=radio], [role=tab]") ?? e;
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inline = (e) => getComputedStyle(e).display === "inline" && e.parentElement.textContent.trim() !== e.textContent.trim();
  const controls = [...new Set([...document.querySelectorAll(kinds)].map(whole))].filter(
    (e) => shown(e) && e.getBoundingClientRect().width > 1 && !e.disabled && !inline(e) && !e.closest(".ts-strip"),
  );
  const boxes = new Map(controls.map((e) => [e, e.getBoundingClientRect()]));
  const small = controls.filter((e) => Math.min(boxes.get(e).width, boxes.get(e).height) < least - 0.5);
  const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const away = ([x, y], box) =>
    Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  const near = (e, other) => {
    if (e === other || e.contains(other) || other.contains(e)) return false;
    const at = middle(boxes.get(e));
    if (small.includes(other)) {
      const [x, y] = middle(boxes.get(other));
      return Math.hypot(at[0] - x, at[1] - y) < least;
    }
    return away(at, boxes.get(other)) < least / 2;
  };
  return small
    .filter((e) => controls.some((other) => near(e, other)))
    .map((e) => `${Math.round(boxes.get(e).width)} × ${Math.round(boxes.get(e).height)}: ${e.outerHTML.slice(0, 160)}`);
};
