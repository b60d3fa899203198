/** CSS pixels of a drawing's room: SVG is drawn at its own size, so that text never scales. */
import { onBeforeUnmount, onMounted, type Ref, ref } from 'vue';

export function useWidth(): { readonly room: Ref<HTMLElement | null>; readonly width: Ref<number> } {
  const room = ref<HTMLElement | null>(null);
  const width = ref(900);
  const sizes = new ResizeObserver(([entry]) => {
    if (entry) width.value = Math.max(240, Math.floor(entry.contentRect.width));
  });
  onMounted(() => room.value && sizes.observe(room.value));
  onBeforeUnmount(() => sizes.disconnect());
  return { room, width };
}
