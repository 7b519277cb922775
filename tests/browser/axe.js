// What axe finds on the page, a line each; what is known of Streamlit (rule and selector) is left out.
async (known) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const listed = (rule, node) => known.some((one) => one.rule === rule && document.querySelector(node.target[0])?.closest(one.selector));
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.filter((node) => !listed(id, node)).map((node) => `${impact} ${id}: ${node.html.slice(0, 200)}`),
  );
};
