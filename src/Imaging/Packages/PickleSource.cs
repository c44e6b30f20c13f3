using System.Text;

namespace Hermes.Imaging.Packages;

/// <summary>The bytes of a pickle from front to back, what reading them may still take, and what is said of them where they are refused.</summary>
/// <param name="bytes">The pickle.</param>
/// <param name="file">The file, for messages.</param>
/// <param name="memory">Bytes that reading may take.</param>
internal sealed class PickleSource(byte[] bytes, string file, long memory)
{
    /// <summary>Bytes of a name of a module, or in one, at most.</summary>
    public const int LongestName = 256;

    private long _memory = memory;
    private int _operation;
    private int _at;

    /// <summary>Number of bytes.</summary>
    public int Size => bytes.Length;

    public bool IsAtEnd => _at == bytes.Length;

    /// <summary>The next operation, which refusals from here on are about.</summary>
    public PickleOpcode Operation()
    {
        _operation = _at;
        return (PickleOpcode)Byte();
    }

    public byte Byte() => Take(1)[0];

    public ReadOnlySpan<byte> Take(long count)
    {
        RequireLeft(count);
        var taken = bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    /// <exception cref="InvalidDataException">Fewer bytes are left.</exception>
    public void RequireLeft(long count)
    {
        var left = bytes.Length - _at;
        if (count > left)
        {
            throw Damaged($"asks for {count} bytes where {left} are left");
        }
    }

    /// <summary>Text up to the end of the line.</summary>
    public string Line()
    {
        var rest = bytes.AsSpan(_at, Math.Min(LongestName + 1, bytes.Length - _at));
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw Damaged($"has a name that does not end, or is longer than {LongestName} bytes");
        }

        _at += end + 1;
        return Encoding.UTF8.GetString(rest[..end]);
    }

    /// <summary>Accounts for memory.</summary>
    /// <exception cref="InvalidDataException">More than the file accounts for.</exception>
    public void Spend(long cost)
    {
        _memory -= cost;
        if (_memory < 0)
        {
            throw NotRead("makes more values than the size of the file accounts for, which is not read");
        }
    }

    /// <summary>What to say of a pickle that asks for what is not read.</summary>
    public InvalidDataException NotRead(string found) => new(
        $"The pickle of '{file}' {found} (byte {_operation}). Where you trust the file, load it in PyTorch and torch.save a state dict of plain tensors.");

    /// <summary>What to say of one that nobody wrote so.</summary>
    public InvalidDataException Damaged(string found) => new(
        $"The pickle of '{file}' {found} (byte {_operation}). The file is damaged, or torch.save did not write it: copy or save it again.");
}
