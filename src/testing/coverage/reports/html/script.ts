/**
 * What the page does beyond links: graph and source point at each other, the table sorts, pipelines are searched for.
 * Without it everything can still be read and reached.
 */
export const SCRIPT = String.raw`(() => {
  document.documentElement.classList.add('scripted');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const behavior = () => (calm.matches ? 'auto' : 'smooth');

  const partnerOf = ({ id }) => {
    const [, pipeline, part, stage] = /^(p\d+-)([gs])(\d+)$/.exec(id) ?? [];
    return stage && document.getElementById(pipeline + (part === 'g' ? 's' : 'g') + stage);
  };
  const choose = (element) => {
    for (const old of document.querySelectorAll('.chosen')) old.classList.remove('chosen');
    const other = element && partnerOf(element);
    if (other) for (const one of [element, other]) (one.closest('.block') ?? one).classList.add('chosen');
    return other;
  };
  const show = (element) => {
    const pane = element.closest('.graph');
    if (!pane || getComputedStyle(pane).position !== 'sticky') {
      element.scrollIntoView({ block: 'center', inline: 'center', behavior: behavior() });
      return;
    }
    const [outer, inner] = [pane.getBoundingClientRect(), element.getBoundingClientRect()];
    const left = inner.left + inner.width / 2 - outer.left - outer.width / 2;
    const top = inner.top + inner.height / 2 - outer.top - outer.height / 2;
    pane.scrollBy({ left, top, behavior: behavior() });
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a.stage, a.tile, a.mark');
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const other = choose(link);
    if (!other) return;
    event.preventDefault();
    history.replaceState(null, '', '#' + other.id);
    show(other);
    other.focus({ preventScroll: true });
  });
  const arrive = () => {
    const element = document.getElementById(location.hash.slice(1));
    const other = choose(element);
    if (other?.closest('.graph')) show(other);
  };
  addEventListener('hashchange', arrive);
  arrive();

  const table = document.querySelector('#summary table');
  const heads = table ? [...table.tHead.rows[0].cells] : [];
  const valueOf = (row, i) => row.cells[i].dataset.value;
  for (const [i, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const sign = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending');
      const compare = i === 0 ? (a, b) => a.localeCompare(b) : (a, b) => a - b;
      const rows = [...table.tBodies[0].rows];
      table.tBodies[0].append(...rows.sort((a, b) => sign * compare(valueOf(a, i), valueOf(b, i))));
    });
  }

  const filter = document.querySelector('.filter');
  if (filter) {
    filter.hidden = false;
    const [input, status] = [filter.querySelector('input'), filter.querySelector('[role=status]')];
    input.addEventListener('input', () => {
      const wanted = input.value.trim().toLowerCase();
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) row.hidden = !valueOf(row, 0).toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      status.textContent = wanted === '' ? '' : shown + ' of ' + rows.length;
    });
  }
})();
`;
