// Pairs of visible controls that lie on each other; parts of one widget do not count, nor does what an open drawer lies on,
// nor what a panel that scrolls by itself has scrolled out of its own view.
() => {
  const top = document.querySelector("[role=dialog]") ?? document;
  const whole = (e) => e.closest("label, [data-testid=stSelectbox], [data-testid=stFileUploader]");
  const controls = [...top.querySelectorAll("button, a, input, textarea, [role=tab]")].filter(
    (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getBoundingClientRect().width > 1,
  );
  const shown = (e) => {
    let { left, right, top, bottom } = e.getBoundingClientRect();
    for (let p = e.parentElement; p && p.dataset.testid !== "stMain"; p = p.parentElement) {
      if (getComputedStyle(p).overflowY === "visible") continue;
      const box = p.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom };
  };
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const related = (a, b) => a.contains(b) || b.contains(a) || (whole(a) && whole(a) === whole(b));
  return controls.flatMap((a, i) =>
    controls
      .slice(i + 1)
      .filter((b) => !related(a, b) && meet(shown(a), shown(b)))
      .map((b) => `${a.outerHTML.slice(0, 80)} / ${b.outerHTML.slice(0, 80)}`),
  );
};
