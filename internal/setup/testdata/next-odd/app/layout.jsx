import { Shell } from '../shell';

export default function Layout({ children }) {
  return <Shell>{children}</Shell>;
}
