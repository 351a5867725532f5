import { withOctroi } from 'octroi/next';

export default withOctroi({
  // your configuration, or a function that returns it
});
