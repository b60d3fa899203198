/**
 * `npm start`: looks at the version of Node before anything is loaded that an older one could not
 * load, then serves. It imports nothing until then.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `需要 Node.js 20.19 或更高版本，当前是 ${process.versions.node} · Node.js 20.19 or later is needed; this is ${process.versions.node}\n`,
  );
  process.exitCode = 1;
} else {
  const { serve } = await import('./serve.ts');
  await serve();
}

export {};
