/** A short name for a long one, where it is only told whether two are the same. Not secret, and not unique: 2⁻³² by chance. */
export function hash32(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
