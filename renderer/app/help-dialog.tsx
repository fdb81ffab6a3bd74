// All keys, by group, and what the mouse does with a modifier.
import { Kbd, Modal } from '@mantine/core'
import { Fragment } from 'react'
import { commandGroups, useCommands, useCommandTable } from './commands.ts'
import { useDialogs } from './dialog-store.ts'
import classes from './help-dialog.module.css'
import { keyCaps } from './keys.ts'

const isMac = navigator.userAgent.includes('Mac')

export function HelpDialog() {
  const { open, show, close } = useDialogs()
  useCommands([{ id: 'help', title: 'Show all keys', group: 'Help', keys: ['?'], run: () => show('help') }])
  return (
    <Modal opened={open === 'help'} onClose={close} title="Keys" size={880}>
      <KeyTable />
      <p className={classes.note}>
        A click on any value, bar, cell or heading filters by it; <Kbd>Alt</Kbd> + click excludes it. In filter text a
        missing value matches only <code>is missing</code>: <code>x != a</code> leaves missing values out,{' '}
        <code>not (x = a)</code> keeps them.
      </p>
    </Modal>
  )
}

function KeyTable() {
  const commands = useCommandTable((table) => table.sets).flat()
  const shown = commandGroups.map((group) => ({
    group,
    commands: commands.filter((command) => command.group === group && command.keys.length > 0),
  }))
  return (
    <div className={classes.columns}>
      {shown
        .filter(({ commands: some }) => some.length > 0)
        .map(({ group, commands: some }) => (
          <section key={group} className={classes.group}>
            <h3>{group}</h3>
            <dl>
              {some.map(({ id, title, keys }) => (
                <div key={id} className={classes.row}>
                  <dt>{title}</dt>
                  <dd>
                    {keys.map((key, index) => (
                      <Fragment key={key}>
                        {index > 0 && <span className="f-dim"> or </span>}
                        <KeyCaps keys={key} />
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
    </div>
  )
}

export function KeyCaps({ keys }: { keys: string }) {
  return keyCaps(keys, isMac).map((cap, index) => <Kbd key={`${cap}${index}`}>{cap}</Kbd>)
}
