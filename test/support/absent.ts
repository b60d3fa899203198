/** A part of this machine that a test needs is absent: skipped loudly, and a failure where everything must be there. */
export function absent({ skip }: { readonly skip: (why: string) => never }, why: string): never {
  if (process.env['CI'] === 'true') throw new Error(why);
  console.warn(`\n*** ${why}: not tested ***\n`);
  return skip(why);
}
