/**
 * What happens now. Guarantees: alerts arrive over `/monitor` as they are stored, and after
 * a lost connection those missed arrive first; where `/monitor` is not open to the role
 * (platform staff), the board is read again every few seconds and says so.
 *
 * States: connecting → live ⇄ offline; polling for roles without `/monitor`.
 */
import { io, type Socket } from 'socket.io-client';
import { type InjectionKey, inject, ref, type ShallowRef, shallowRef } from 'vue';
import type { AlertView } from '../../server/alerts/alert.ts';
import type { MonitorEvents } from '../../server/console/monitor.ts';
import type { Tally } from '../../server/console/tally.ts';
import type { OverviewView } from '../../server/review/view.ts';
import { api } from '../shared/api.ts';
import { latestMs, takeIn } from './alerts.ts';

export type Link = 'connecting' | 'live' | 'offline' | 'polling';

/** Staff without `/monitor` see alerts at most this late. */
const pollMs = 8000;
/** Sessions that open and close together are read once. */
const settleMs = 400;

export function createMonitor(live: boolean) {
  const link = ref<Link>(live ? 'connecting' : 'polling');
  const tally = shallowRef<Tally | null>(null);
  const alerts = shallowRef<readonly AlertView[]>([]);
  const overview = shallowRef<OverviewView | null>(null);
  const failure = shallowRef<unknown>(null);
  /** Alerts that arrived since the board was opened, in the order they came: for announcing. */
  const news = shallowRef<readonly AlertView[]>([]);
  let settling: ReturnType<typeof setTimeout> | undefined;

  function take(arrived: readonly AlertView[], announce: boolean): void {
    const known = new Set(alerts.value.map((alert) => alert.id));
    alerts.value = takeIn(alerts.value, arrived);
    const shown = new Set(alerts.value.map((alert) => alert.id));
    // One that grew is known already: its row changes in place, and nothing is announced.
    const fresh = arrived.filter((alert) => !known.has(alert.id) && shown.has(alert.id));
    if (announce && fresh.length > 0) news.value = fresh;
  }

  async function readOverview(): Promise<void> {
    try {
      const read = await api.overview();
      overview.value = read;
      if (!live) tally.value = { sessions: read.live, alertsOpen: read.alertsOpen };
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }

  async function readAlerts(announce: boolean): Promise<void> {
    try {
      take((await api.alerts({ limit: 100 })).alerts, announce);
    } catch (error) {
      failure.value = error;
    }
  }

  function overviewSoon(): void {
    clearTimeout(settling);
    settling = setTimeout(() => void readOverview(), settleMs);
  }

  function connect(): Socket<MonitorEvents> {
    const socket: Socket<MonitorEvents> = io('/monitor', {
      transports: ['websocket'],
      // Everything raised or grown since the newest that is shown: what was missed comes first.
      auth: (answer) => answer({ since: latestMs(alerts.value) }),
    });
    socket.on('connect', () => {
      link.value = 'live';
      overviewSoon();
    });
    socket.on('disconnect', (reason) => {
      link.value = 'offline';
      // The server ended it (an expired login, a restart): the client does not try again by itself.
      if (reason === 'io server disconnect')
        void api.me().then(
          () => socket.connect(),
          () => undefined,
        );
    });
    socket.on('connect_error', () => {
      link.value = 'offline';
    });
    socket.on('alert', (alert) => take([alert], true));
    socket.on('tally', (told) => {
      tally.value = told;
    });
    socket.on('session', overviewSoon);
    return socket;
  }

  let socket: Socket<MonitorEvents> | null = null;
  let closed = false;
  const poll = setInterval(() => {
    void readOverview();
    if (!live) void readAlerts(true);
  }, pollMs);
  void readOverview();
  void readAlerts(false).then(() => {
    if (live && !closed) socket = connect();
  });

  return {
    link,
    tally,
    alerts,
    overview,
    failure,
    news,
    /** A decision's answer: the alert as it now stands. */
    decided: (alert: AlertView) => take([alert], false),
    close(): void {
      closed = true;
      clearInterval(poll);
      clearTimeout(settling);
      socket?.disconnect();
    },
  };
}

export type Monitor = ReturnType<typeof createMonitor>;
export const monitorKey: InjectionKey<ShallowRef<Monitor | null>> = Symbol('monitor');

/** The monitor of whoever is logged in; its value is null for a trainee. */
export function useMonitor(): ShallowRef<Monitor | null> {
  return inject(monitorKey, () => shallowRef(null), true);
}
