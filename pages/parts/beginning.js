// A phone's view begins at what the last mark names; what is above it goes by and by.
const named = [...document.querySelectorAll("[data-begin]")].pop()?.dataset.begin;
const begin = () => named && document.querySelector(named)?.scrollIntoView({ block: "start" });
if (innerWidth <= 720) [0, 200, 500].forEach((later) => setTimeout(begin, later));
