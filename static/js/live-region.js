// Says in one sentence what changed on the page, for whoever hears it: jobs, and what stands in elements with data-voice.
// "trouble" is said when it comes and when it is over, "news" when it is new, "told" in answer to what the reader did.
(() => {
  const [PAUSE, MOST, LONGEST] = [1000, 3, 160]; // Milliseconds; parts of a sentence; letters of a part.
  const voice = document.getElementById("voice");
  const said = new WeakSet();
  const read = (element) => (element?.dataset.said ?? element?.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, LONGEST);
  const voiced = (kind) => [...document.querySelectorAll(`[data-voice=${kind}]`)].filter((one) => !one.closest("[hidden]"));
  const texts = (kind) => new Set(voiced(kind).map(read));
  const jobs = (number, kind = "") => `${number} ${kind}job${number === 1 ? "" : "s"}`;
  let [known, timer, asked] = [look(), 0, []];

  function look() {
    const rows = [...document.querySelectorAll("tr[id][data-status], #job")];
    const counts = [...document.querySelectorAll("#job-table .statuses [aria-current] .count")];
    const job = (row) => ({ name: read(row.querySelector("h1, .model")), status: read(row.querySelector(".badge")) });
    const total = counts.reduce((sum, count) => sum + Number(count.textContent), 0);
    return { jobs: new Map(rows.map((row) => [row.id, job(row)])), total, trouble: texts("trouble"), news: texts("news") };
  }
  function turns(before, now) {
    const turned = [...now.jobs].filter(([id, { status }]) => (before.jobs.get(id)?.status ?? status) !== status).map(([, job]) => job);
    if (turned.length < 2) return turned.map(({ name, status }) => `${name}: ${status}`);
    const groups = Object.entries(Object.groupBy(turned, ({ status }) => status.toLowerCase()));
    return [`${jobs(turned.length)} changed: ${groups.map(([status, of]) => `${of.length} ${status}`).join(", ")}`];
  }
  function changes(before, now) {
    const more = now.total - before.total;
    const counted = more > 0 ? [jobs(more, "new ")] : more < 0 ? [`${jobs(-more)} fewer in this list`] : [];
    const over = before.trouble.size && !now.trouble.size ? ["Up to date again"] : [];
    const told = voiced("told").filter((one) => !said.has(one) && said.add(one)).map(read);
    const fresh = ["trouble", "news"].flatMap((kind) => [...now[kind]].filter((text) => !before[kind].has(text)));
    return [...asked.splice(0), ...told, ...turns(before, now), ...counted, ...fresh, ...over].filter(Boolean);
  }
  function say() {
    const before = known;
    [known, timer] = [look(), 0];
    const parts = changes(before, known).map((part) => part.replace(/\.$/, ""));
    if (parts.length > MOST) parts.splice(MOST, Infinity, `and ${parts.length - MOST} more`);
    if (parts.length) voice.textContent = parts.join("; ");
  }
  function soon() {
    const place = document.querySelector("dialog[open]") ?? document.body; // Nobody hears what stands behind a dialog.
    if (voice.parentElement !== place) place.prepend(voice);
    if (voice.textContent) voice.textContent = ""; // The same sentence may follow.
    timer ||= setTimeout(say, PAUSE);
  }
  document.addEventListener("htmx:finally:request", soon);
  document.addEventListener("say", ({ detail }) => asked.push(detail) && soon());
  soon();
})();
