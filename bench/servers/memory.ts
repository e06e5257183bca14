// (c) The same bytes from memory: what node:http alone can do here. Arguments: the anonymous caller's answer and the
// signed-in one's, each a file.
import { readFileSync } from 'node:fs';
import { serve } from './listen.ts';

const [anonymous, signedIn] = process.argv.slice(2).map((path) => readFileSync(path));

serve((request, response) => {
  const body = request.headers.authorization === undefined ? anonymous : signedIn;
  request.resume().on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body?.length ?? 0,
    });
    response.end(body);
  });
});
