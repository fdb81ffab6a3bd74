// How the gallery is laid out: grouping, order, captions, size.
import { ActionIcon, Select, Slider, Tooltip } from '@mantine/core'
import { IconLetterCase, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import type { Group } from '#contract/query.ts'
import { formatCount, formatRateInterval } from '#core/format/numbers.ts'
import { formatPath } from '#core/filter/names.ts'
import { findPath } from '../parts/field-options.ts'
import { PathPicker } from '../parts/path-picker.tsx'
import { formatSortPath } from '../session/session-link.ts'
import { useSession } from '../session/session.ts'
import { groupOptions, sortOptions } from './gallery-options.ts'
import classes from './gallery.module.css'
import { thumbSizes } from './use-gallery-commands.ts'

/** `whole`: the figures of an ungrouped view; null where the headings carry them. */
export function GalleryToolbar({ whole }: { whole: Group | null }) {
  const { dataset, model, groupBy, setGroupBy, sort, setSort, captions, setCaptions, thumbSize, setThumbSize } =
    useSession()
  const groups = groupOptions(dataset, model)
  const sorts = sortOptions(dataset, model)
  const sortValue = sort === null ? null : formatSortPath(sort)
  return (
    <div className={classes.toolbar} role="toolbar" aria-label="Gallery">
      <PathPicker
        name="Group by"
        w={144}
        placeholder="Group by…"
        clearable
        groups={groups}
        value={groupBy === null ? null : findPath(groups, formatPath(groupBy))}
        onPick={(option) => setGroupBy(option?.path ?? null)}
      />
      <Select
        aria-label="Sort by"
        placeholder="Sort by…"
        clearable
        w={144}
        data={sorts.map(({ group, items }) => ({ group, items: items.map(({ value, label }) => ({ value, label })) }))}
        value={sortValue}
        onChange={(value) =>
          setSort(sorts.flatMap(({ items }) => items).find((item) => item.value === value)?.sort ?? null)
        }
      />
      <Tooltip label={sort?.descending === true ? 'Greatest first' : 'Least first'}>
        <ActionIcon
          aria-label={sort?.descending === true ? 'Greatest first' : 'Least first'}
          disabled={sort === null}
          onClick={() => {
            if (sort !== null) setSort({ ...sort, descending: !sort.descending })
          }}
        >
          {sort?.descending === true ? (
            <IconSortDescending size={17} stroke={1.75} />
          ) : (
            <IconSortAscending size={17} stroke={1.75} />
          )}
        </ActionIcon>
      </Tooltip>
      <span className={classes.grow}>
        {whole?.wilson != null && (
          <span>
            {formatCount(whole.failures)} of {formatCount(whole.n)} fail:{' '}
            {formatRateInterval(whole.failures / whole.n, whole.wilson)}
          </span>
        )}
      </span>
      <Tooltip label="Captions">
        <ActionIcon
          aria-label="Captions"
          aria-pressed={captions}
          variant={captions ? 'light' : 'subtle'}
          onClick={() => setCaptions(!captions)}
        >
          <IconLetterCase size={17} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
      <Slider
        className={classes.slider}
        thumbLabel="Thumbnail size"
        size={3}
        min={thumbSizes.least}
        max={thumbSizes.most}
        step={thumbSizes.step}
        label={null}
        value={thumbSize}
        onChange={setThumbSize}
      />
    </div>
  )
}
