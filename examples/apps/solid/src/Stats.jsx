import { useConsent } from 'octroi/solid';

export const Stats = () => {
  const granted = useConsent('stats');
  return <p id="stats">{granted() ? 'yes' : 'no'}</p>;
};
