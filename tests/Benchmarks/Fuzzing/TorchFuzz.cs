using System.Text;
using Hermes.Imaging.Packages;

namespace Hermes.Benchmarks.Fuzzing;

/// <summary>
/// Reads damaged checkpoints of PyTorch, each made from a sound one by a few changes to its pickle, which is packed as if nothing were wrong, or to the archive.
/// One is read or refused by a sentence; nothing else happens, quickly and within the memory its size accounts for, and one that is read although its archive
/// was damaged says what the sound one does.
/// </summary>
internal sealed class TorchFuzz : Fuzz
{
    // The buffers, and what .NET takes to list an archive and to tell what is wrong with it.
    private const long FixedBytes = 1 << 20;
    private const int ListBytes = 600;
    private static readonly byte[] Telling = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, .. Enum.GetValues<PickleOpcode>().Select(code => (byte)code)];

    private readonly List<(IReadOnlyList<(string Name, byte[] Bytes)> Entries, byte[] Archive, string Content)> _sound =
        [.. TorchSamples.Sound.Select(entries => (entries, TorchSamples.Archive(entries), Content(TorchSamples.Archive(entries))))];

    protected override Attempt Damaged(Random random)
    {
        var (bytes, promised) = Damage(random);
        return new Attempt(bytes.Length, FixedBytes + 2 * bytes.Length, () =>
        {
            var content = Content(bytes);
            if (promised is not null && content != promised)
            {
                throw new InvalidOperationException("It was read as something else than was packed.");
            }
        });
    }

    protected override bool IsRefusal(Exception exception) =>
        exception is InvalidDataException && exception.Message.Contains("'damaged'", StringComparison.Ordinal);

    /// <summary>Everything a checkpoint says, tensors' bytes included.</summary>
    private static string Content(byte[] bytes)
    {
        using var file = TorchCheckpointFile.Open(new MemoryStream(bytes, writable: false), "damaged");
        var content = new StringBuilder();
        Say(file.Root);
        return content.ToString();

        void Say(TorchValue value)
        {
            switch (value)
            {
                case TorchDictionary dictionary:
                    foreach (var (key, item) in dictionary.Entries)
                    {
                        Say(key);
                        Say(item);
                    }

                    break;
                case TorchList list:
                    foreach (var item in list.Items)
                    {
                        Say(item);
                    }

                    break;
                case TorchTuple tuple:
                    foreach (var item in tuple.Items)
                    {
                        Say(item);
                    }

                    break;
                case TorchTensor tensor:
                    content.Append(tensor.Type).AppendJoin(',', tensor.Shape);
                    file.Read(tensor, bytes => content.Append(Convert.ToHexString(bytes)));
                    break;
                default:
                    content.Append(value);
                    break;
            }

            content.Append(';');
        }
    }

    /// <summary>A damaged checkpoint; and what it says when only its archive was damaged.</summary>
    private (byte[] Bytes, string? Promised) Damage(Random random)
    {
        var (entries, archive, content) = _sound[random.Next(_sound.Count)];
        if (random.Next(3) == 0)
        {
            // The list of entries, at the end, decides more than what is stored.
            return (Changed(random, archive, Telling, random.Next(2) == 0 ? archive.Length - Math.Min(archive.Length, ListBytes) : 0), content);
        }

        return (TorchSamples.Archive(entries.Select((entry, n) => n == 0 ? (entry.Name, Changed(random, entry.Bytes, Telling)) : entry)), null);
    }
}
