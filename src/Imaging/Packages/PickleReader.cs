using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hermes.Imaging.Packages;

/// <summary>
/// Reads the pickle of a checkpoint: a stack, a memo, and of Python's operations those that make tensors, containers and numbers. What a pickle names is known
/// here or refused; nothing is looked up and nothing executed. Memory and time are accounted for by the size of the file.
/// </summary>
/// <param name="bytes">The pickle.</param>
/// <param name="file">The file, for messages.</param>
/// <param name="memory">Bytes that reading may take.</param>
/// <param name="storedBytes">Bytes that the archive has for the storage of a key; null where it has none.</param>
internal sealed class PickleReader(byte[] bytes, string file, long memory, Func<string, long?> storedBytes)
{
    /// <summary>Containers in containers, at most.</summary>
    public const int LargestDepth = 64;

    // Hashed again and again, so short; names of parameters take less than a hundred.
    private const int LongestKey = 1024;
    private const int LongestStorageKey = 64;
    private const int LongestName = 256;
    private const int LongestWholeNumber = 16;
    private const int OldestProtocol = 2;
    private const int NewestProtocol = 5;

    // What this machine takes for each, lists that grow included.
    private const int SlotBytes = 32;
    private const int LeafBytes = 96;
    private const int ContainerBytes = 128;
    private const int ClosedContainerBytes = 256;
    private const int ClosedItemBytes = 40;
    private const int NameBytes = 160;
    private const int StorageBytes = 160;
    private const int TensorBytes = 640;
    private const int AxisBytes = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly TorchBoolean True = new(true);
    private static readonly TorchBoolean False = new(false);
    private static readonly TorchWholeNumber[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(n => new TorchWholeNumber(n))];

    private readonly List<object> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object> _memo = [];
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private long _memory = memory;
    private int _highest;
    private int _operation;
    private int _at;

    /// <summary>The storages that tensors are in, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    /// <summary>Reads the pickle; once.</summary>
    /// <exception cref="InvalidDataException">It asks for something that is not read, or is damaged.</exception>
    public TorchValue Read()
    {
        if (bytes is not [(byte)PickleOpcode.Protocol, ..])
        {
            throw Damaged("does not begin as a pickle does");
        }

        while (true)
        {
            _operation = _at;
            var code = (PickleOpcode)Byte();
            if (code == PickleOpcode.Stop)
            {
                return Whole();
            }

            Do(code);
        }
    }

    private void Do(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.Protocol:
                var protocol = Byte();
                if (protocol is < OldestProtocol or > NewestProtocol)
                {
                    throw NotRead($"is of protocol {protocol}, which is not read: {OldestProtocol} to {NewestProtocol} are");
                }

                break;
            case PickleOpcode.Frame:
                RequireLeft(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))));
                break;
            case PickleOpcode.Mark:
                Spend(SlotBytes);
                _marks.Add(_stack.Count);
                break;

            case PickleOpcode.None:
                Push(TorchNone.Instance);
                break;
            case PickleOpcode.True:
                Push(True);
                break;
            case PickleOpcode.False:
                Push(False);
                break;
            case PickleOpcode.WholeNumber1:
                Push(SmallNumbers[Byte()]);
                break;
            case PickleOpcode.WholeNumber2:
                PushLeaf(new TorchWholeNumber(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));
                break;
            case PickleOpcode.WholeNumber4:
                PushLeaf(new TorchWholeNumber(BinaryPrimitives.ReadInt32LittleEndian(Take(4))));
                break;
            case PickleOpcode.WholeNumberOfAnySize:
                var size = Byte();
                PushLeaf(new TorchWholeNumber(size <= LongestWholeNumber
                    ? (Int128)new BigInteger(Take(size))
                    : throw NotRead($"has a whole number of {size} bytes, which is not read: at most {LongestWholeNumber} are")));
                break;
            case PickleOpcode.Number:
                PushLeaf(new TorchNumber(BinaryPrimitives.ReadDoubleBigEndian(Take(8))));
                break;
            case PickleOpcode.ShortText:
                PushText(Byte());
                break;
            case PickleOpcode.Text:
                PushText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.LongText:
                PushText(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))));
                break;

            case PickleOpcode.EmptyList:
                PushContainer(PickleContainerKind.List);
                break;
            case PickleOpcode.EmptyDictionary:
                PushContainer(PickleContainerKind.Dictionary);
                break;
            case PickleOpcode.EmptyTuple:
                PushContainer(PickleContainerKind.Tuple);
                break;
            case PickleOpcode.Tuple1:
                PushContainer(PickleContainerKind.Tuple, Top(1));
                break;
            case PickleOpcode.Tuple2:
                PushContainer(PickleContainerKind.Tuple, Top(2));
                break;
            case PickleOpcode.Tuple3:
                PushContainer(PickleContainerKind.Tuple, Top(3));
                break;
            case PickleOpcode.Tuple:
                PushContainer(PickleContainerKind.Tuple, SinceMark());
                break;
            case PickleOpcode.Append:
                Append(Top(1));
                break;
            case PickleOpcode.Appends:
                Append(SinceMark());
                break;
            case PickleOpcode.SetItem:
                Set(Top(2));
                break;
            case PickleOpcode.SetItems:
                Set(SinceMark());
                break;

            case PickleOpcode.Put1:
                Remember(Byte());
                break;
            case PickleOpcode.Put4:
                Remember(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.Memoize:
                Remember(_memo.Count);
                break;
            case PickleOpcode.Get1:
                Recall(Byte());
                break;
            case PickleOpcode.Get4:
                Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;

            case PickleOpcode.Global:
                var module = Line();
                PushName(module, Line());
                break;
            case PickleOpcode.StackGlobal:
                var parts = Top(2);
                PushName(NamePart(parts[0]), NamePart(parts[1]));
                break;
            case PickleOpcode.PersistentId:
                Push(Storage(Top(1)[0]));
                break;
            case PickleOpcode.Reduce:
                var call = Top(2);
                Push(Made(call[0], call[1]));
                break;
            case PickleOpcode.Build:
                // What an ordered dictionary carries besides its entries are versions of modules, which nobody here asks for.
                if (Top(1)[0] is not PickleContainer { IsDictionary: true } || Last() is not PickleContainer { Kind: PickleContainerKind.OrderedDictionary })
                {
                    throw NotRead("sets the attributes of an object, which is not read: only those of a state dict are passed over");
                }

                break;
            default:
                throw NotRead($"has the operation 0x{(int)code:x2}, which is not read: only those that make tensors, containers and numbers are");
        }
    }

    private TorchValue Whole()
    {
        if (_marks.Count > 0 || _stack.Count != 1)
        {
            throw Damaged($"ends with {_stack.Count} values, where one is expected");
        }

        return _at == bytes.Length ? Closed(_stack[0], 0) : throw Damaged("goes on after its end");
    }

    /// <summary>The tree of a value; it does not change any more.</summary>
    private TorchValue Closed(object value, int depth)
    {
        if (value is TorchValue leaf)
        {
            return leaf;
        }

        var container = value as PickleContainer ?? throw NotRead("has a storage or a name of its own, which is not read: only tensors, containers and numbers are");
        if (container.IsUnderWay)
        {
            throw NotRead("has a container that holds itself, which is not read");
        }

        if (depth + container.Height > LargestDepth)
        {
            throw NotRead($"has containers in containers more than {LargestDepth} deep, which is not read");
        }

        if (container.Value is not null)
        {
            return container.Value;
        }

        container.IsUnderWay = true;
        var items = container.Items;
        Spend(ClosedContainerBytes + ClosedItemBytes * (long)items.Count);
        var values = new TorchValue[items.Count];
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = Closed(items[n], depth + 1);
            var inner = items[n] as PickleContainer;
            container.Values += inner?.Values ?? 1;
            container.Height = Math.Max(container.Height, 1 + inner?.Height ?? 0);
            if (container.Values > bytes.Length)
            {
                // A value takes a byte, so there are more only where some are there again and again.
                throw NotRead("repeats its values until there are more than it has bytes, which is not read");
            }
        }

        container.IsUnderWay = false;
        return container.Value = container.Kind switch
        {
            PickleContainerKind.List => new TorchList(values),
            PickleContainerKind.Tuple => new TorchTuple(values),
            _ => Dictionary(values),
        };
    }

    private TorchDictionary Dictionary(TorchValue[] keysAndValues)
    {
        var entries = new KeyValuePair<TorchValue, TorchValue>[keysAndValues.Length / 2];
        for (var n = 0; n < entries.Length; n++)
        {
            entries[n] = new(keysAndValues[2 * n], keysAndValues[2 * n + 1]);
        }

        try
        {
            return new TorchDictionary(entries);
        }
        catch (ArgumentException)
        {
            throw Damaged("has a dictionary that says a key twice");
        }
    }

    private void Append(object[] items)
    {
        if (Last() is not PickleContainer { Kind: PickleContainerKind.List } list)
        {
            throw Damaged("appends to what is no list");
        }

        Spend(SlotBytes * (long)items.Length);
        list.Add(items);
    }

    private void Set(object[] items)
    {
        if (Last() is not PickleContainer { IsDictionary: true } dictionary || items.Length % 2 != 0)
        {
            throw Damaged("sets entries of what is no dictionary, or a key without a value");
        }

        for (var n = 0; n < items.Length; n += 2)
        {
            if (items[n] is not (TorchText { Text.Length: <= LongestKey } or TorchWholeNumber))
            {
                throw NotRead($"has a dictionary with a key that is neither text of at most {LongestKey} characters nor a whole number, which is not read");
            }
        }

        Spend(SlotBytes * (long)items.Length);
        dictionary.Add(items);
    }

    // Every writer counts its memo up, so a list holds it.
    private void Remember(long place)
    {
        var value = Last();
        if (place < _memo.Count)
        {
            _memo[(int)place] = value;
            return;
        }

        if (place > _memo.Count)
        {
            throw Damaged($"remembers value {place} before value {_memo.Count}");
        }

        Spend(SlotBytes);
        _memo.Add(value);
    }

    private void Recall(long place) =>
        Push(place < _memo.Count ? _memo[(int)place] : throw Damaged($"asks for value {place} of the {_memo.Count} that it has remembered"));

    private void PushName(string module, string name)
    {
        Spend(NameBytes);
        Push(PickledName.Find($"{module}.{name}")
            ?? throw NotRead($"asks for {TorchArchive.Shown($"{module}.{name}")}, which is not read: only tensors, containers and numbers are"));
    }

    private string NamePart(object value) => value is TorchText { Text.Length: <= LongestName } text ? text.Text : throw Damaged("has a name that is no short text");

    private TorchStorage Storage(object id)
    {
        if (id is not PickleContainer { Kind: PickleContainerKind.Tuple } tuple
            || tuple.Items is not [TorchText { Text: "storage" }, PickledName { Element: { } type }, TorchText key, TorchText, TorchWholeNumber number])
        {
            throw NotRead("refers to something outside of it that is no storage of tensors, which is not read");
        }

        if (key.Text.Length > LongestStorageKey)
        {
            throw Damaged($"has a storage whose key is longer than {LongestStorageKey} characters");
        }

        string Named() => $"the storage '{TorchArchive.Shown(key.Text)}' of {number.Value} elements in a torch.{TorchStorage.ClassName(type)}";
        Spend(StorageBytes);
        if (_storages.TryGetValue(key.Text, out var known))
        {
            return known.Type == type && known.Elements == number.Value ? known : throw Damaged($"refers to {Named()}, and otherwise before");
        }

        var stored = storedBytes(key.Text) ?? throw Damaged($"refers to {Named()}, which is not in the archive");
        if (number.Value < 0 || number.Value > stored || number.Value * TorchStorage.ElementSize(type) != stored)
        {
            throw Damaged($"refers to {Named()}, for which the archive has {stored} bytes");
        }

        return _storages[key.Text] = new TorchStorage(key.Text, type, (long)number.Value);
    }

    /// <summary>What a call would make: one of four things that are known here.</summary>
    private object Made(object callee, object arguments)
    {
        var name = callee as PickledName ?? throw Damaged("calls what has no name");
        var given = arguments is PickleContainer { Kind: PickleContainerKind.Tuple } tuple ? tuple.Items : throw Damaged($"calls {name.Name} with what is no tuple");
        if (name == PickledName.OrderedDictionary && given.Count == 0)
        {
            Spend(ContainerBytes);
            return new PickleContainer(PickleContainerKind.OrderedDictionary);
        }

        if (name == PickledName.Size && given is [PickleContainer { Kind: PickleContainerKind.Tuple } size])
        {
            return size;
        }

        if (name == PickledName.Parameter && given is [TorchTensor parameter, TorchBoolean, PickleContainer { IsDictionary: true }])
        {
            return parameter;
        }

        if (name == PickledName.Tensor
            && given is [TorchStorage storage, TorchWholeNumber offset, PickleContainer shape, PickleContainer strides, TorchBoolean, PickleContainer { IsDictionary: true }, ..]
            && given.Count <= 7)
        {
            Spend(TensorBytes + AxisBytes * ((long)shape.Items.Count + strides.Items.Count));
            return Tensor(storage, Count(offset), Counts(shape), Counts(strides));
        }

        throw NotRead($"asks to call {name.Name} in a way that is not read");
    }

    private TorchTensor Tensor(TorchStorage storage, long offset, long[] shape, long[] strides) => TorchTensor.Fault(storage, offset, shape, strides) is { } fault
        ? throw NotRead($"has a tensor [{string.Join(", ", shape.Take(8))}{(shape.Length > 8 ? ", …" : "")}] that {fault}, which is not read: keep tensors that are contiguous")
        : new TorchTensor(storage, offset, shape, strides);

    private long[] Counts(PickleContainer container) => container.Kind == PickleContainerKind.Tuple
        ? [.. container.Items.Select(Count)]
        : throw Damaged("has a tensor whose size is no tuple");

    private long Count(object value) => value is TorchWholeNumber { Value: var number } && number >= long.MinValue && number <= long.MaxValue
        ? (long)number
        : throw Damaged("has a tensor whose size, strides or offset are no whole numbers");

    private void Push(object value)
    {
        if (_stack.Count == _highest)
        {
            _highest++;
            Spend(SlotBytes);
        }

        _stack.Add(value);
    }

    private void PushLeaf(TorchValue value)
    {
        Spend(LeafBytes);
        Push(value);
    }

    private void PushText(long length)
    {
        var text = Take(length);
        Spend(LeafBytes + 2 * length);
        try
        {
            Push(new TorchText(Utf8.GetString(text)));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("has text that is not UTF-8");
        }
    }

    private void PushContainer(PickleContainerKind kind, params object[] items)
    {
        Spend(ContainerBytes + SlotBytes * (long)items.Length);
        var container = new PickleContainer(kind);
        if (items.Length > 0)
        {
            container.Add(items);
        }

        Push(container);
    }

    private object Last() => _stack.Count > Floor ? _stack[^1] : throw Damaged("takes a value where there is none");

    /// <summary>Takes the last values from the stack.</summary>
    private object[] Top(int count)
    {
        if (_stack.Count - count < Floor)
        {
            throw Damaged("takes a value where there is none");
        }

        Spend(SlotBytes + sizeof(long) * (long)count);
        var values = CollectionsMarshal.AsSpan(_stack)[^count..].ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object[] SinceMark()
    {
        if (_marks.Count == 0)
        {
            throw Damaged("ends a group that was not begun");
        }

        var count = _stack.Count - Floor;
        var values = Top(count);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(long count)
    {
        RequireLeft(count);
        var taken = bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private void RequireLeft(long count)
    {
        var left = bytes.Length - _at;
        if (count > left)
        {
            throw Damaged($"asks for {count} bytes where {left} are left");
        }
    }

    private static long Length(ulong length) => (long)Math.Min(length, long.MaxValue);

    private string Line()
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

    private void Spend(long cost)
    {
        _memory -= cost;
        if (_memory < 0)
        {
            throw NotRead("makes more values than the size of the file accounts for, which is not read");
        }
    }

    private InvalidDataException NotRead(string found) => new(
        $"The pickle of '{file}' {found} (byte {_operation}). Where you trust the file, load it in PyTorch and torch.save a state dict of plain tensors.");

    private InvalidDataException Damaged(string found) => new(
        $"The pickle of '{file}' {found} (byte {_operation}). The file is damaged, or torch.save did not write it: copy or save it again.");
}
