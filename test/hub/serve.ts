// Serves folders as a Hub, for looking at it with other clients: node test/hub/serve.ts PORT dataset:owner/name=FOLDER ...
import { type HubRepoOptions, startHubServer } from './hub-server.ts'

const [port, ...repos] = process.argv.slice(2)
const server = await startHubServer(
  {
    repos: repos.map((text): HubRepoOptions => {
      const match = /^(dataset|model):([^=]+)=(.+)$/.exec(text)
      if (!match?.[2] || !match[3]) throw new Error(`not a repository: ${text}`)
      return { type: match[1] === 'model' ? 'model' : 'dataset', name: match[2], folder: match[3] }
    }),
    pageSize: 10,
    token: 'hf_test',
  },
  Number(port),
)
process.stdout.write(`${server.endpoint}\n`)
