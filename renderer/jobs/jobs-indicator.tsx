// Long work in the status bar: the foremost job with its figures, and all of them in a list with pause and stop.
import { ActionIcon, Popover, Progress, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowDown, IconArrowUp, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react'
import type { Job } from '#contract/jobs.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import classes from './jobs-indicator.module.css'
import {
  type Turns,
  describeEnd,
  describeProgress,
  findTurns,
  foremost,
  inOrder,
  isActive,
  progressOf,
  reasonsOf,
} from './jobs-model.ts'
import { useJobEnd, useJobs } from './use-jobs.ts'

export function JobsIndicator() {
  const jobs = useJobs()
  const job = foremost(jobs)
  useJobEnd(announce)
  if (jobs.length === 0) return null
  return (
    <Popover position="top-end" width={380} withinPortal>
      <Popover.Target>
        <button type="button" className={classes.button} aria-label={job === null ? 'Jobs' : `Jobs: ${job.title}`}>
          {job === null ? (
            <span>{jobs.some(({ state }) => state === 'failed') ? 'A job failed' : 'Jobs'}</span>
          ) : (
            <>
              <span className={classes.title}>{job.title}</span>
              <ProgressBar job={job} />
              <span className={classes.now}>{describeProgress(job)}</span>
            </>
          )}
        </button>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <ul className={classes.list} aria-label="Jobs">
          {inOrder(jobs).map((some) => (
            <JobRow key={some.id} job={some} turns={findTurns(jobs, some)} />
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

function ProgressBar({ job }: { job: Job }) {
  const share = job.state === 'running' ? progressOf(job) : (progressOf(job) ?? 0)
  return (
    <Progress
      className={classes.progress}
      value={share === null ? 100 : share * 100}
      animated={share === null}
      striped={share === null}
      size={4}
      aria-label={job.title}
    />
  )
}

export function JobRow({ job, turns = { sooner: null, later: null } }: { job: Job; turns?: Turns }) {
  const pause = useEngineAction('jobs.pause')
  const resume = useEngineAction('jobs.resume')
  const cancel = useEngineAction('jobs.cancel')
  const dismiss = useEngineAction('jobs.dismiss')
  const move = useEngineAction('jobs.move')
  const input = { job: job.id }
  const { sooner, later } = turns
  const reasons = reasonsOf(job)
  const canResume = job.state === 'paused' || job.state === 'failed' || job.state === 'cancelled'
  return (
    <li className={classes.row}>
      <div className={classes.text}>
        <div className={classes.title}>{job.title}</div>
        {isActive(job) && <ProgressBar job={job} />}
        <div className={classes.figures}>{isActive(job) ? describeProgress(job) : describeEnd(job)}</div>
        {reasons.length > 0 && (
          <details className={classes.figures}>
            <summary>Why this provider</summary>
            <ul className={classes.reasons}>
              {reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {sooner !== null && (
        <JobButton
          label={`Sooner: ${job.title}`}
          icon={<IconArrowUp size={15} />}
          onClick={() => move.run({ ...input, ...sooner })}
        />
      )}
      {later !== null && (
        <JobButton
          label={`Later: ${job.title}`}
          icon={<IconArrowDown size={15} />}
          onClick={() => move.run({ ...input, ...later })}
        />
      )}
      {job.state === 'running' && (
        <JobButton label={`Pause ${job.title}`} icon={<IconPlayerPause size={15} />} onClick={() => pause.run(input)} />
      )}
      {canResume && (
        <JobButton
          label={`Resume ${job.title}`}
          icon={<IconPlayerPlay size={15} />}
          onClick={() => resume.run(input)}
        />
      )}
      {isActive(job) ? (
        <JobButton label={`Stop ${job.title}`} icon={<IconPlayerStop size={15} />} onClick={() => cancel.run(input)} />
      ) : (
        <JobButton label={`Dismiss ${job.title}`} icon={<IconX size={15} />} onClick={() => dismiss.run(input)} />
      )}
    </li>
  )
}

function JobButton({
  label,
  icon,
  onClick,
}: {
  label: string
  icon: React.ReactNode
  onClick: () => Promise<unknown>
}) {
  return (
    <Tooltip label={label.split(/[: ]/)[0]}>
      <ActionIcon aria-label={label} onClick={() => void onClick()}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
}

function announce(job: Job): void {
  if (job.kind === 'thumbnails' || job.state === 'cancelled') return
  const failed = job.state === 'failed'
  notifications.show({
    title: job.title,
    message: describeEnd(job),
    color: failed ? 'red' : 'teal',
    autoClose: failed ? false : 5000,
  })
}
