export default function Page() {
  return <main>Rollcall</main>
}
