using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Hermes.Imaging.Packages;

/// <summary>Writes pickles of protocol 2, of which every PyTorch reads the operations that are used here. Nothing is remembered, so equal values give equal bytes.</summary>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public PickleWriter()
    {
        Write(PickleOpcode.Protocol);
        _bytes.Write([(byte)2]);
    }

    /// <summary>The pickle of what was written, one value.</summary>
    public byte[] End()
    {
        Write(PickleOpcode.Stop);
        return _bytes.WrittenSpan.ToArray();
    }

    public void Write(PickleOpcode code) => _bytes.Write([(byte)code]);

    /// <summary>A value without tensors.</summary>
    /// <exception cref="ArgumentException">It has one.</exception>
    public void Value(TorchValue value)
    {
        switch (value)
        {
            case TorchNone:
                Write(PickleOpcode.None);
                break;
            case TorchBoolean truth:
                Write(truth.Value ? PickleOpcode.True : PickleOpcode.False);
                break;
            case TorchWholeNumber number:
                WholeNumber(number.Value);
                break;
            case TorchNumber number:
                Write(PickleOpcode.Number);
                Span<byte> bytes = stackalloc byte[sizeof(double)];
                BinaryPrimitives.WriteDoubleBigEndian(bytes, number.Value);
                _bytes.Write(bytes);
                break;
            case TorchText text:
                Text(text.Text);
                break;
            case TorchTuple tuple:
                Tuple(() => Values(tuple.Items));
                break;
            case TorchList list:
                Write(PickleOpcode.EmptyList);
                Write(PickleOpcode.Mark);
                Values(list.Items);
                Write(PickleOpcode.Appends);
                break;
            case TorchDictionary dictionary:
                Write(PickleOpcode.EmptyDictionary);
                Entries(() => Values(dictionary.Entries.SelectMany(entry => (TorchValue[])[entry.Key, entry.Value])));
                break;
            default:
                throw new ArgumentException("Beside tensors there are only containers, text and numbers.", nameof(value));
        }
    }

    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)bytes.Length);
        Write(PickleOpcode.Text);
        _bytes.Write(length);
        _bytes.Write(bytes);
    }

    public void WholeNumber(Int128 value)
    {
        Span<byte> four = stackalloc byte[sizeof(int)];
        if (value >= 0 && value <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteInt32LittleEndian(four, (int)value);
            Write(value <= byte.MaxValue ? PickleOpcode.WholeNumber1 : PickleOpcode.WholeNumber2);
            _bytes.Write(value <= byte.MaxValue ? four[..1] : four[..2]);
        }
        else if (value >= int.MinValue && value <= int.MaxValue)
        {
            BinaryPrimitives.WriteInt32LittleEndian(four, (int)value);
            Write(PickleOpcode.WholeNumber4);
            _bytes.Write(four);
        }
        else
        {
            var bytes = ((BigInteger)value).ToByteArray();
            Write(PickleOpcode.WholeNumberOfAnySize);
            _bytes.Write([(byte)bytes.Length]);
            _bytes.Write(bytes);
        }
    }

    public void Name(PickledName name)
    {
        var dot = name.Name.LastIndexOf('.');
        Write(PickleOpcode.Global);
        _bytes.Write(Encoding.UTF8.GetBytes($"{name.Name[..dot]}\n{name.Name[(dot + 1)..]}\n"));
    }

    public void EmptyOrderedDictionary()
    {
        Name(PickledName.OrderedDictionary);
        Write(PickleOpcode.EmptyTuple);
        Write(PickleOpcode.Reduce);
    }

    public void Tuple(Action items)
    {
        Write(PickleOpcode.Mark);
        items();
        Write(PickleOpcode.Tuple);
    }

    /// <summary>Keys and values in turn, for the dictionary that was written last.</summary>
    public void Entries(Action keysAndValues)
    {
        Write(PickleOpcode.Mark);
        keysAndValues();
        Write(PickleOpcode.SetItems);
    }

    /// <summary>A tensor that has a storage to itself.</summary>
    public void Tensor(TorchStorage storage, IReadOnlyList<long> shape)
    {
        Name(PickledName.Tensor);
        Tuple(() =>
        {
            Tuple(() =>
            {
                Text("storage");
                Name(PickledName.Storage(storage.Type));
                Text(storage.Key);
                Text("cpu");
                WholeNumber(storage.Elements);
            });
            Write(PickleOpcode.PersistentId);
            WholeNumber(0);
            WholeNumbers(shape);
            WholeNumbers(TorchTensor.RowMajorStrides(shape));
            Write(PickleOpcode.False);
            EmptyOrderedDictionary();
        });
        Write(PickleOpcode.Reduce);
    }

    private void WholeNumbers(IReadOnlyList<long> numbers) => Tuple(() =>
    {
        foreach (var number in numbers)
        {
            WholeNumber(number);
        }
    });

    private void Values(IEnumerable<TorchValue> values)
    {
        foreach (var value in values)
        {
            Value(value);
        }
    }
}
