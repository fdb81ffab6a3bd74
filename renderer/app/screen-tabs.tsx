// The tabs that switch between the screens of a dataset.
import { Tooltip } from '@mantine/core'
import { useSession } from '../session/session.ts'
import { KeyCaps } from './help-dialog.tsx'
import classes from './screen-tabs.module.css'
import { screens } from './screens.tsx'
import { ModelPicker } from './model-picker.tsx'

export function ScreenTabs() {
  const { screen, setScreen } = useSession()
  return (
    <div className={classes.bar}>
      <div className={classes.tabs} role="tablist" aria-label="Screens">
        {screens.map(({ id, title, key, icon: Icon }) => (
          <Tooltip key={id} label={<KeyCaps keys={`g ${key}`} />} position="bottom">
            <button
              type="button"
              role="tab"
              className={classes.tab}
              aria-label={title}
              aria-selected={screen === id}
              aria-controls="screen"
              onClick={() => setScreen(id)}
            >
              <Icon size={15} stroke={1.75} aria-hidden />
              <span>{title}</span>
            </button>
          </Tooltip>
        ))}
      </div>
      <ModelPicker />
    </div>
  )
}
