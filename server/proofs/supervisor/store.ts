/** Whom a supervisor may speak of. Guarantees: the principal's bounds stand in the query itself. */
import { type Bind, binder, bounds, type Person } from '../../auth/scope.ts';
import type { Queryable } from '../../db/pool.ts';

export interface SupervisorStore {
  /** Of a trainee on the roster of a class within bounds; `null`: there is none. */
  personKey(person: Person, traineeId: string): Promise<string | null>;
}

export function createSupervisorStore(db: Queryable): SupervisorStore {
  return {
    async personKey(person, traineeId) {
      const values: unknown[] = [];
      const bind: Bind = binder(values);
      const found = await db.query<{ person_key: string }>(
        `select t.person_key from trainees t
          where t.id = ${bind(traineeId)}
            and exists (select 1 from roster m join classes c on c.id = m.class_id
                         where m.trainee_id = t.id and ${bounds(person, bind, 'c', 'm.trainee_id')})`,
        values,
      );
      return found.rows[0]?.person_key ?? null;
    },
  };
}
