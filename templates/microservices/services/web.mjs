import { listen } from "./listen.mjs";

// One origin for the page and for what it fetches: the browser needs no CORS.
const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Behind the gateway</title>
<h1>Behind the gateway</h1>
<p><button>Ask again</button></p>
<pre></pre>
<script>
  const show = async () => {
    const answers = await Promise.all(["/users/1", "/orders/1"].map((path) => fetch(path).then((each) => each.json())));
    document.querySelector("pre").textContent = JSON.stringify(answers, null, 2);
  };
  document.querySelector("button").onclick = show;
  show();
</script>
</html>
`;

listen("web", (request) => (request.url === "/" ? [200, { html }] : [404, { error: "no such page" }]));
