/** @file The frames of a figure that moves without a kernel, fetched when its knob is first touched. */

/** As many bytes as the frames of one figure may unpack to: what is larger was not made by a lesson. */
const mostBytes = 50e6;

/** Figures by what they show, "rate = 0.1". @throws if they cannot be fetched or read */
export async function fetchFilm(address: string): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`the frames could not be fetched (status ${response.status})`);
  const reader = response.body.pipeThrough(new DecompressionStream("gzip")).getReader();
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > mostBytes) throw new Error("the frames are too large");
    text += decoder.decode(value, { stream: true });
  }
  const frames = JSON.parse(text + decoder.decode()) as Record<string, unknown>;
  return new Map(Object.entries(frames).filter((frame): frame is [string, string] => typeof frame[1] === "string"));
}
