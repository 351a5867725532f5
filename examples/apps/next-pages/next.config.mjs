import { withOctroi } from 'octroi/next';

export default withOctroi({});
