export default function Cookies() {
  return <p>Our cookies</p>;
}
