// AG Grid in Foible's clothes: the same surfaces, lines and type as everything around it.
import { themeQuartz } from 'ag-grid-community'

export const gridTheme = themeQuartz.withParams({
  accentColor: 'var(--f-accent)',
  backgroundColor: 'var(--f-panel)',
  foregroundColor: 'var(--f-text)',
  textColor: 'var(--f-text)',
  borderColor: 'var(--f-line)',
  chromeBackgroundColor: 'var(--f-panel)',
  headerBackgroundColor: 'var(--f-panel)',
  headerTextColor: 'var(--f-dim)',
  headerFontSize: 11,
  headerFontWeight: 400,
  rowHoverColor: 'var(--f-hover)',
  selectedRowBackgroundColor: 'var(--f-accent-wash)',
  fontFamily: 'inherit',
  fontSize: 12,
  spacing: 4,
  rowHeight: 36,
  headerHeight: 30,
  cellHorizontalPadding: 8,
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  borderRadius: 4,
  browserColorScheme: 'inherit',
})
