import { useConsent } from 'octroi/react';

export const Stats = () => <p id="stats">{useConsent('stats') ? 'yes' : 'no'}</p>;
