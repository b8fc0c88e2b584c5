// Where the server is gone, Gradio shows a box in English, takes nothing more, and empties the page as soon as the server
// is back. So what it sends goes through here: it hears of no failure, only of events that have ended, and readers hear of
// it from us, in a line of their language.
{
  const send = window.fetch.bind(window);
  const SILENCE_MS = 50000; // the server gives a sign of life every 15 seconds
  const KNOWN_MS = 30; // in which Gradio reads what it was answered
  const NEVER_TAKEN = "not-taken-";
  const under_way = new Map(); // the number of the dependency by the id of the event
  let notTaken = 0, stream = null;

  const dependency = (number) => window.gradio_config.dependencies.find((each) => each.id === number);
  const named = (id) => window.gradio_config.components.find((each) => each.id === id)?.props?.elem_id;
  const shows = (number, name) => dependency(number)?.outputs.some((id) => named(id) === name) ?? false;
  const message = (content) => new TextEncoder().encode(`data: ${JSON.stringify(content)}\n\n`);
  // Nothing changes but the buttons: the question is no longer in work.
  const ended = (id) => {
    const buttons = { submit_btn: word("send"), stop_btn: false };
    const data = (dependency(under_way.get(id))?.outputs ?? []).map((each) => ({ __type__: "update", ...(named(each) === "question" ? buttons : {}) }));
    under_way.delete(id);
    return message({ msg: "process_completed", event_id: id, success: true, output: { data, is_generating: false, duration: 0, average_duration: 0 } });
  };
  const endAll = (controller) => {
    for (const id of [...under_way.keys()]) controller.enqueue(ended(id));
    controller.enqueue(message({ msg: "close_stream" }));
    controller.close();
  };
  const nothing = () => new Response(new ReadableStream({ start: endAll }), { headers: { "content-type": "text/event-stream" } });

  const take = async (input, options) => {
    const { fn_index } = JSON.parse(options.body);
    if (shows(fn_index, "chat")) connection.rememberTurns();
    const answer = await send(input, options).catch(() => null);
    const taken = answer?.ok ? await answer.clone().json().catch(() => null) : null;
    if (taken?.event_id) {
      under_way.set(taken.event_id, fn_index);
      // The page that opens has asked for nothing yet, and may have something to say.
      if (shows(fn_index, "chat") && dependency(fn_index).inputs.length) connection.tell("");
      return answer;
    }
    const id = `${NEVER_TAKEN}${++notTaken}`;
    under_way.set(id, fn_index);
    connection.failed(answer);
    stream?.enqueue(ended(id));
    return Response.json({ event_id: id });
  };

  // What is said of an event before Gradio knows it is lost, all but its end. So an open stream waits until it does.
  const joins = new Set();
  const join = (input, options) => {
    const taken = take(input, options);
    const known = taken.catch(() => null).then(() => new Promise((go) => { setTimeout(go, KNOWN_MS); }));
    joins.add(known);
    known.then(() => joins.delete(known));
    return taken;
  };

  const listen = async (input, options) => {
    if (under_way.size && [...under_way.keys()].every((id) => id.startsWith(NEVER_TAKEN))) return nothing();
    const open = async () => {
      const answer = await send(input, options).catch(() => null);
      return { answer, body: answer?.ok ? answer.body : null };
    };
    const { answer, body } = await open();
    if (body) return new Response(new ReadableStream(relay(body, open)), { headers: answer.headers });
    connection.failed(answer);
    return nothing();
  };

  // Passes the stream on; one that breaks off is brought to the end that it should have had. The server may have closed it
  // before it took an event that Gradio believes to be in it already: then it goes on with the next one.
  const relay = (body, open) => {
    let reader = body.getReader(), decoder = new TextDecoder();
    let rest = "", closed = false;
    const taken = () => [...under_way.keys()].filter((id) => !id.startsWith(NEVER_TAKEN)).join();
    let again = false, waitedFor = "";
    const goesOn = async () => {
      if (closed || !again) return false;
      [again, waitedFor] = [false, taken()];
      const { body: next } = await open();
      if (!next) return false;
      [reader, decoder, rest] = [next.getReader(), new TextDecoder(), ""];
      return true;
    };
    const next = () => {
      let timer;
      const silence = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("silent")), SILENCE_MS); });
      return Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
    };
    return {
      async start(controller) {
        stream = controller;
        for (const id of [...under_way.keys()]) if (id.startsWith(NEVER_TAKEN)) controller.enqueue(ended(id));
        try {
          do {
            for (let part = await next(); !part.done; part = await next()) {
              await Promise.all(joins);
              const events = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
              rest = events.pop();
              for (const event of events) {
                const ends = event.includes('"close_stream"');
                again ||= ends && taken() !== "" && taken() !== waitedFor;
                closed ||= ends && !again;
                if (!ends || !again) controller.enqueue(checked(event));
              }
            }
          } while (await goesOn());
        } catch { /* what is to be done then is done below */ }
        if (stream === controller) stream = null;
        try {
          if (closed) controller.close();
          else { if (under_way.size) connection.failed(null); endAll(controller); }
        } catch { /* Gradio has left it */ }
        reader.cancel().catch(() => {});
      },
      cancel() { closed = true; stream = null; return reader.cancel(); },
    };
  };
  const checked = (event) => {
    const asIs = () => new TextEncoder().encode(`${event}\n\n`);
    // What Gradio asked before this script was there is known by what comes of it.
    const seen = /"event_id": ?"([^"]+)"/.exec(event)?.[1];
    if (seen && !under_way.has(seen)) under_way.set(seen, null);
    if (!/"(process_completed|unexpected_error|queue_full)"/.test(event)) return asIs();
    const { msg, event_id, success } = JSON.parse(event.replace(/^data:/, ""));
    if (msg === "process_completed" && success) under_way.delete(event_id);
    if (msg === "process_completed" ? success : !["unexpected_error", "queue_full"].includes(msg)) return asIs();
    if (msg === "unexpected_error") connection.failed(null);
    else connection.tell(msg === "queue_full" ? "busy" : "mistake");
    connection.breakOff();
    const failing = event_id ? [event_id] : [...under_way.keys()];
    return new TextEncoder().encode(failing.map((id) => new TextDecoder().decode(ended(id))).join(""));
  };

  window.fetch = (input, options) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input, document.baseURI);
    if (origin === location.origin && pathname.endsWith("/gradio_api/queue/join")) return join(input, options);
    if (origin === location.origin && pathname.endsWith("/gradio_api/queue/data")) return listen(input, options);
    return send(input, options);
  };
}
