import { useConsent } from 'octroi/next';

export const Stats = () => <p id="stats">{useConsent('stats') ? 'yes' : 'no'}</p>;
