// What lies under a bar that sticks to an edge, though the keyboard or a link has led to it; from the top, and from the bottom.
() => {
  const main = document.querySelector("[data-testid=stMain]");
  const bars = [...main.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return ["sticky", "fixed"].includes(getComputedStyle(e).position) && box.height > 1 && box.width > 1;
  });
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getBoundingClientRect().width > 1;
  const under = (e) => {
    const box = e.getBoundingClientRect();
    const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const small = box.height < innerHeight / 4; // what is larger may reach under a bar
    const points = small ? [middle, [box.left + 4, box.top + 4], [box.right - 4, box.bottom - 4]] : [middle];
    return points.some(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return bars.some((bar) => bar.contains(hit) && !bar.contains(e));
    });
  };
  const found = new Set();
  const lead = (all, how, go) => {
    for (const e of all) {
      go(e);
      if (under(e)) found.add(`${how}: ${e.outerHTML.slice(0, 120)}`);
    }
  };
  const stops = [...main.querySelectorAll("a[href], button:not(:disabled), input, textarea, summary, [tabindex='0']")].filter(shown);
  const words = [...main.querySelectorAll("h1, h2, h3, p, li, th")].filter((e) => shown(e) && !bars.some((bar) => bar.contains(e)));
  main.scrollTop = 0;
  lead(stops, "tab", (e) => e.focus());
  main.scrollTop = main.scrollHeight;
  lead(stops.toReversed(), "back", (e) => e.focus());
  lead(words, "link", (e) => e.scrollIntoView({ block: "start" }));
  lead(words, "up", (e) => e.scrollIntoView({ block: "end" }));
  document.activeElement.blur();
  main.scrollTop = 0;
  return { stops: stops.length, bars: bars.length, found: [...found] };
};
