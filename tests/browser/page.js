// Looks into a JupyterLab page for lab.py: window.lab, added to every page before its own scripts.
// JupyterLab is started with expose_app_in_browser, which gives window.jupyterapp.
window.lab = (() => {
  const VIEW = '.jp-OutputArea-output:has(.jupyter-widgets, .jupyter-button)';
  const TOUCHABLE = 'button, input, select, textarea, [tabindex="0"]';
  const KINDS = [
    ["slider", ".noUi-handle"],
    ["toggle", ".widget-toggle-button"],
    ["play", ".widget-play button, .nnlib-play"],
    ["button", ".widget-button"],
    ["checkbox", ".widget-checkbox input"],
    ["text", ".widget-text input"],
    ["select", ".widget-dropdown select, .widget-select select"],
  ];
  const kernelMessages = [];
  let run = null, watching = null, latency = null;

  const panel = () => jupyterapp.shell.currentWidget;
  const kernel = () => panel()?.sessionContext?.session?.kernel;
  const scroller = () => panel().node.querySelector(".jp-WindowedPanel-outer");
  const cells = () => [...panel().node.querySelectorAll(".jp-Notebook .jp-Cell")];
  const frame = () => new Promise(requestAnimationFrame);
  const pause = ms => new Promise(done => setTimeout(done, ms));

  function isShown(path) {
    return !!panel() && panel().context?.path === path && panel().context.isReady
      && cells().length === panel().content.model.cells.length;
  }

  function isIdle() { return kernel()?.status === "idle"; }

  // A double click in the file browser, or "Notebook (no kernel)" of its Open With menu.
  async function open(path, withKernel) {
    const without = { shouldStart: false, shouldReuse: false };
    await jupyterapp.serviceManager.ready;
    await jupyterapp.commands.execute("docmanager:open", {
      path, factory: "Notebook", kernelPreference: withKernel ? undefined : without,
    });
  }

  // Opened again, it gets a new kernel.
  async function close(path) {
    const tabs = [...jupyterapp.shell.widgets("main")];
    for (const tab of tabs.filter(tab => tab.context?.path === path)) {
      await tab.sessionContext.shutdown();
      tab.dispose();
    }
  }

  // Errors in callbacks belong to no cell: they only pass by as messages.
  function listen() {
    kernelMessages.length = 0;
    panel().sessionContext.iopubMessage.connect((_, message) => {
      const { msg_type: type } = message.header, content = message.content;
      if (type === "error") kernelMessages.push(`${content.ename}: ${content.evalue}`);
      if (type === "stream" && content.name === "stderr") kernelMessages.push(content.text);
    });
  }

  function kernelProblems() { return kernelMessages.map(text => `kernel: ${text}`); }

  function runAll() {
    run = "running";
    jupyterapp.commands.execute("notebook:run-all-cells").finally(() => { run = "done"; });
  }

  function hasRun() { return run === "done"; }

  function cellProblems() {
    const found = [];
    panel().context.model.toJSON().cells.forEach((cell, index) => {
      if (cell.cell_type !== "code" || ![cell.source].flat().join("").trim()) return;
      if (cell.execution_count === null) found.push(`cell ${index} was not run`);
      for (const output of cell.outputs) {
        if (output.output_type === "error")
          found.push(`cell ${index} raised ${output.ename}: ${output.evalue}`);
        if (output.name === "stderr")
          found.push(`cell ${index} wrote to stderr: ${[output.text].flat().join("")}`);
      }
    });
    return found;
  }

  // Typesetting, late images and content-visibility move things for a while.
  async function steady() {
    await unchanged(box => {
      const waiting = box.textContent.includes("Loading widget...");
      return waiting ? null : [...place(box), box.querySelectorAll("*").length];
    });
  }

  function place(box) { return [box.scrollHeight, box.scrollTop]; }

  // What look sees of the notebook, which is not null, stays the same for some frames.
  async function unchanged(look, quietFrames = 12, limit = 5000) {
    let last = null, quiet = 0;
    const end = performance.now() + limit;
    while (quiet < quietFrames && performance.now() < end) {
      await frame();
      const now = look(scroller())?.join() ?? null;
      quiet = now !== null && now === last ? quiet + 1 : 0;
      last = now;
    }
  }

  // The first image after the control: in its own output (interact does that) or in the next ones.
  function pictureOf(element) {
    const outputs = [...element.closest(".jp-Cell").querySelectorAll(".jp-OutputArea-child")];
    const own = outputs.findIndex(output => output.contains(element));
    return outputs.slice(own).map(o => o.querySelector("img")).find(Boolean) ?? null;
  }

  // Not its .src, which resolves 100 kB of data as an address each time.
  function sourceOf(element) { return pictureOf(element)?.getAttribute("src"); }

  function kindOf(element) {
    return KINDS.find(([, selector]) => element.matches(selector))?.[0] ?? "unknown";
  }

  function labelOf(element) {
    const box = element.closest(".widget-inline-hbox, .widget-toggle-buttons");
    const own = element.textContent || element.closest("label")?.textContent;
    const label = box?.querySelector(".widget-label")?.textContent;
    return [label, own].map(t => (t ?? "").replace(/\u200b/g, "").trim()).filter(Boolean)[0] ?? "";
  }

  // Toggles that stand side by side are of one row.
  function rowOf(element) {
    const box = element.parentElement;
    return [...box.closest(".jp-Cell").querySelectorAll("*")].indexOf(box);
  }

  function isDisabled(element) {
    return element.matches(":disabled") || !!element.closest("[disabled]");
  }

  function controls() {
    return cells().flatMap((cell, index) =>
      [...cell.querySelectorAll(VIEW)].flatMap(view => [...view.querySelectorAll(TOUCHABLE)])
        .map((element, number) => {
          element.dataset.control = `${index}-${number}`;
          return {
            id: element.dataset.control, kind: kindOf(element), label: labelOf(element),
            cell: index, row: rowOf(element), down: element.matches(".mod-active"),
            disabled: isDisabled(element), picture: !!pictureOf(element),
            focusable: element.tabIndex >= 0,
          };
        }));
  }

  function control(id) { return panel().node.querySelector(`[data-control="${id}"]`); }

  function isAlive(id) { return !isDisabled(control(id)); }

  function valueOf(id) {
    const element = control(id);
    if (element.matches(".noUi-handle")) return element.getAttribute("aria-valuenow");
    if (element.matches("input[type=checkbox]")) return String(element.checked);
    if (element.matches(".widget-toggle-button")) return String(element.matches(".mod-active"));
    return element.value ?? "";
  }

  function isAtHighEnd(id) { return valueOf(id) === control(id).getAttribute("aria-valuemax"); }

  function track(id) {
    const { x, y, width, height } = control(id).closest(".noUi-base").getBoundingClientRect();
    return { x, y, width, height };
  }

  // JupyterLab puts alt="Image" on an image without words.
  function altOf(image) { return image.alt === "Image" ? "" : image.alt; }

  function pictures() {
    return cells().flatMap((cell, index) =>
      [...cell.querySelectorAll(".jp-OutputArea-output img")].map(image => ({
        cell: index, alt: altOf(image), width: image.width, height: image.height,
        shown: image.complete && image.naturalWidth > 0 && image.height > 0,
      })));
  }

  function outputText() {
    return [...panel().node.querySelectorAll(".jp-OutputArea-output")]
      .map(output => output.textContent).join("\n");
  }

  async function bringIntoView(id) {
    control(id).closest(".jp-OutputArea-child").scrollIntoView({ block: "start" });
    await unchanged(place);
  }

  // Whether another picture is shown than at the start of the watch, before the limit (ms).
  async function changed(id, limit) {
    const end = performance.now() + limit;
    while (performance.now() < end) {
      if (sourceOf(control(id)) !== watching.src) return true;
      await pause(10);
    }
    return false;
  }

  // The newest picture has come: kernel idle and the picture unchanged for a moment.
  async function settled(id, quiet = 120, limit = 10000) {
    const start = performance.now();
    let src = sourceOf(control(id)), since = start;
    while (performance.now() - since < quiet && performance.now() - start < limit) {
      await pause(15);
      const now = sourceOf(control(id));
      if (now !== src || !isIdle()) { src = now; since = performance.now(); }
    }
  }

  // Watches every frame: where the picture and the page stand, and whether there is a picture.
  function watch(id) {
    const at = () => {
      const image = pictureOf(control(id)), box = image?.getBoundingClientRect();
      return {
        scroll: scroller().scrollTop, top: box?.top ?? NaN, size: box && [box.width, box.height],
        src: image?.getAttribute("src"), blank: !image || !image.complete || !image.naturalWidth || !box.height,
      };
    };
    const first = at();
    const seen = { frames: 0, blank: 0, jump: 0, pictures: [], resized: false, running: true };
    seen.id = id;
    seen.src = first.src;
    (function look() {
      if (!seen.running) return;
      const now = at();
      seen.frames += 1;
      if (now.blank) seen.blank += 1;
      else {
        seen.jump = Math.max(seen.jump, Math.abs(now.top - first.top));
        if (String(now.size) !== String(first.size)) seen.resized = true;
        if (now.src !== seen.last) seen.pictures.push(performance.now());
        seen.last = now.src;
      }
      seen.jump = Math.max(seen.jump, Math.abs(now.scroll - first.scroll));
      requestAnimationFrame(look);
    })();
    watching = seen;
  }

  // The pictures themselves, 100 kB each, stay in the page.
  function watched() {
    const { id, frames, blank, jump, resized, pictures } = watching;
    watching.running = false;
    const image = pictureOf(control(id));
    return { frames, blank, jump, resized, pictures, wordless: !image || !altOf(image).trim() };
  }

  // Waits for another picture, and for the last one unless it plays; then what was watched.
  async function outcome(id, limit, plays) {
    const different = await changed(id, limit);
    if (!plays) await settled(id);
    return { changed: different, ...watched() };
  }

  // One window down, less the overlap. How much has been seen, and how much there is.
  function scrollOn(overlap) {
    const box = scroller(), seen = box.scrollTop + box.clientHeight;
    const end = cells().at(-1).getBoundingClientRect().bottom;
    const bottom = end - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTop = seen - overlap;
    return [seen, bottom];
  }

  // Milliseconds from the next key press to the frame that shows a new picture.
  function timeNextKey(id) {
    latency = new Promise(done => document.addEventListener("keydown", async () => {
      const start = performance.now(), src = sourceOf(control(id));
      let image = null;
      while (!image || sourceOf(control(id)) === src || !image.complete || !image.naturalWidth) {
        await frame();
        image = pictureOf(control(id));
      }
      done(performance.now() - start);
    }, { capture: true, once: true }));
  }

  // Runs code in the notebook's kernel, beside its cells; what it printed.
  async function execute(code) {
    const future = kernel().requestExecute({ code, store_history: false });
    let printed = "";
    future.onIOPub = ({ content }) => { printed += content.name === "stdout" ? content.text : ""; };
    const reply = await future.done;
    if (reply.content.status !== "ok") throw new Error(reply.content.evalue);
    return printed;
  }

  return {
    panel, kernel, scroller, cells, isShown, isIdle, open, close, listen, kernelProblems,
    runAll, hasRun, cellProblems, execute, steady, controls, isAlive, valueOf, isAtHighEnd, track,
    pictures, outputText, bringIntoView, settled, watch, watched, outcome, scrollOn,
    timeNextKey, keyTime: () => latency,
  };
})();
